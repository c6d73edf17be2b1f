begin;
select plan(10);

select tests.receive(tests.fact_meeting('rec_1', at => 10) || tests.a_summary() || tests.a_transcript());
create function tests.knows_meeting(fact jsonb) returns boolean language sql stable as $$
  select tutoring.knows_meeting('tests', fact) $$;

select ok(tests.knows_meeting(tests.fact_meeting('rec_1', at => 10)), 'the same');
select ok(tests.knows_meeting(tests.fact_meeting('rec_1', at => 5) || tests.a_summary('old') || '{"title": "old"}'),
  'values older than ours');
select ok(tests.knows_meeting(tests.fact_meeting('rec_1', at => 20) || tests.a_summary() || tests.a_transcript()
  || '{"title": "Title 10"}'), 'the same values with a later time');
select ok(not tests.knows_meeting(tests.fact_meeting('rec_2')), 'not an unknown recording');
select ok(not tutoring.knows_meeting('tests_too', tests.fact_meeting('rec_1', at => 10)),
  'nor one of another provider');
select ok(not tests.knows_meeting(tests.fact_meeting('rec_1', at => 20)), 'nor newer details');
select ok(not tests.knows_meeting(tests.fact_meeting('rec_1', at => 20) || '{"title": "Title 10"}'
  || tests.a_summary('new')), 'nor a newer summary');
select ok(not tests.knows_meeting(tests.fact_meeting('rec_1', at => 5) || tests.an_action_item()),
  'nor action items that were never received, however old');
select ok(not tests.knows_meeting(tests.fact_meeting('rec_1', at => 20) || '{"title": "Title 10"}'
  || tests.a_transcript('new')), 'nor a newer transcript');
select tests.receive(tests.fact_meeting('rec_3'));
select ok(not tests.knows_meeting(tests.fact_meeting('rec_3') || tests.a_transcript()),
  'nor a transcript that was never received');

select * from finish();
rollback;
