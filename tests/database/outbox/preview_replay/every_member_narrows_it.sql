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

select is(tests.of('{"everything": true}'), 'one two four', 'everything, but what was called off');
select is(tests.of('{"types": ["one", "three", "four"]}'), 'one four', 'types');
select is(tests.of(jsonb_build_object('since', now() - interval '2 hours')), 'two four', 'since, and that moment too');
select is(tests.of(jsonb_build_object('until', now() - interval '2 hours')), 'one', 'until, and that moment no more');
select is(tests.of('{"record_key": "things/one"}'), 'one four', 'one record');
select is(tests.of(jsonb_build_object('message_ids', array[(tests.the_delivery('two')).message_id])), 'two',
  'by their ids');
select is(tests.of(jsonb_build_object('message_ids', array['msg_' || (tests.the_delivery('two')).message_id])), 'two',
  'as the receiver knows them');
select is(tests.of(jsonb_build_object('message_ids', array[(tests.the_delivery('three')).message_id])), 'three',
  'also what was called off');
select is(tests.of('{"status": ["dead"]}'), 'two', 'by what became of them');
select is(tests.of('{"status": ["cancelled", "dead"]}'), 'two three', 'also of what was called off');
select is(tests.of('{"status": ["delivered"], "record_key": "things/one", "types": ["four"]}'), 'four',
  'all that is said must fit');

select * from finish();
rollback;
