begin;
select plan(9);

select is(
  tests.receive(
    tests.fact_meeting('rec_1') || tests.a_summary() || tests.an_action_item() || tests.a_transcript()
      ||
      '{"url": "https://calls.example/1", "share_url": "https://share.example/1", "scheduled_start_at": '
      '"2026-01-01T00:05:00Z", "scheduled_end_at": "2026-01-01T00:35:00Z"}'
  ),
  'applied', 'a recording is applied'
);
select tests.receive(tests.fact_meeting('rec_1', at => 1));

select is((select count(*)::integer from public.session_recaps r where r.provider = 'tests'), 1,
  'however many events are about it');
select is((tests.the_recap('rec_1')).started_at, tests.moment(0)::timestamptz, 'with its times');
select is((tests.the_recap('rec_1')).ended_at, tests.moment(1800)::timestamptz, 'to its end');
select is((tests.the_recap('rec_1')).emails, '{student@tests.example,tutor@tests.example}', 'its people');
select is((tests.the_recap('rec_1')).summary_markdown, 'What was said.', 'its summary');
select is((tests.the_recap('rec_1')).action_items -> 0 ->> 'description', 'Practise.', 'its action items');
select is(tests.the_transcript('rec_1') -> 0 ->> 'text', 'Good morning.', 'and its transcript, in a table of its own');
select is((tests.the_recap('rec_1')).tutoring_session_id, null,
  'without a known session it is stored all the same');

select * from finish();
rollback;
