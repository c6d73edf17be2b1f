begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_new');
select tests.a_settled('thing.made', 'delivered', '2 days'), tests.a_settled('thing.broken', 'dead', '2 days'),
  tests.a_delivery('thing.waits');
select tests.receive_events(tests.an_event('evt_1'));
insert into outbox.messages (type, record_key, event_id) select 'something.happened', 'tests/evt_1',
  (tests.the_event('evt_1')).id;
create function tests.of(filter jsonb) returns text language sql as
$$ select string_agg(r.type, ' ' order by r.type) from outbox.to_replay('tests_new', filter) r,
  outbox.check_replay('tests_new', filter) $$;

select is(tests.of('{"everything": true}'), null, 'without routes it gets nothing');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_new', 'thing.made', 'public.things', '{INSERT}');
insert into outbox.routes (destination, message_type, table_name, operations, enabled)
  values ('tests_new', 'thing.broken', 'public.things', '{INSERT}', false);
insert into outbox.routes (destination, provider, event_types)
  values ('tests_new', 'tests', '{something.happened,thing.broken}');
select is(tests.of('{"everything": true}'), 'something.happened thing.made',
  'otherwise those its routes name: messages and forwarded events');
select is(tests.of('{"everything": true, "from_destination": "tests_a"}'), 'thing.broken thing.made thing.waits',
  'or those of another destination');
select is(tests.of('{"status": ["dead"], "from_destination": "tests_a"}'), 'thing.broken', 'only these of them');
select is(tests.of('{"status": ["dead"]}'), null, 'by a status of its own deliveries, where it has none');
select is(tests.of('{"types": ["thing.broken"]}'), null, 'a disabled route names nothing');

select * from finish();
rollback;
