begin;
select plan(1);

-- The strongest claim: five events, each order, with duplicates.
select tests.create_user('student@tests.example');
select tests.a_session('lesson');
select tests.ends_the_same_in_every_order(
  'summary, action items, transcript, and three of one time',
  tests.an_event('evt_1', tests.fact_meeting('rec_1', at => 1) || tests.a_transcript()),
  tests.an_event('evt_2', tests.fact_meeting('rec_1', at => 2) || tests.a_summary('first')),
  tests.an_event('evt_3', tests.fact_meeting('rec_1', at => 3) || tests.an_action_item() || tests.a_summary('second')),
  tests.an_event('evt_4', tests.fact_meeting('rec_1', at => 3) || tests.a_summary('third')
    || '{"title": "Another title"}'),
  tests.an_event('evt_5', tests.fact_meeting('rec_1', at => 3) || tests.a_transcript('again'))
);

select * from finish();
rollback;
