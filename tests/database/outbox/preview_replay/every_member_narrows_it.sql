begin;
select plan(11);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '3 hours'), tests.a_settled('two', 'dead', '2 hours'),
  tests.a_settled('three', 'cancelled', '1 hour');
select tests.a_settled('four', 'delivered', '30 minutes', about => 'things/one');
create function tests.of(filter jsonb) returns text language sql as
$$ select string_agg(r.type, ' ' order by r.sequence) from outbox.to_replay('tests_a', filter) r,
  outbox.check_replay('tests_a', filter) $$;

select is(tests.of('{"everything": true}'), 'one two four', 'everything except cancelled ones');
select is(tests.of('{"types": ["one", "three", "four"]}'), 'one four', 'types');
select is(tests.of(jsonb_build_object('since', now() - interval '2 hours')), 'two four', 'since, including that time');
select is(tests.of(jsonb_build_object('until', now() - interval '2 hours')), 'one', 'until, excluding that time');
select is(tests.of('{"record_key": "things/one"}'), 'one four', 'one record');
select is(tests.of(jsonb_build_object('message_ids', array[(tests.the_delivery('two')).message_id])), 'two',
  'by their ids');
select is(tests.of(jsonb_build_object('message_ids', array['msg_' || (tests.the_delivery('two')).message_id])), 'two',
  'with the prefix that receivers see');
select is(tests.of(jsonb_build_object('message_ids', array[(tests.the_delivery('three')).message_id])), 'three',
  'cancelled ones too');
select is(tests.of('{"status": ["dead"]}'), 'two', 'by their status');
select is(tests.of('{"status": ["cancelled", "dead"]}'), 'two three', 'cancelled ones too');
select is(tests.of('{"status": ["delivered"], "record_key": "things/one", "types": ["four"]}'), 'four',
  'all members must match');

select * from finish();
rollback;
