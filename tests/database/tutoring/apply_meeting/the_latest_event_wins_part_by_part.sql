begin;
select plan(6);

select tests.receive(tests.fact_meeting('rec_1', at => 20) || tests.a_summary('new') || tests.an_action_item('old'));
select tests.receive(tests.fact_meeting('rec_1', at => 10) || tests.a_summary('old') || tests.a_transcript('old'));
select tests.receive(tests.fact_meeting('rec_1', at => 30) || tests.an_action_item('new') || tests.a_transcript('new'));
select tests.receive(tests.fact_meeting('rec_1', at => 15) || tests.a_transcript('old')
  || '{"url": "https://old.example"}');

select is((tests.the_recap('rec_1')).title, 'Title 30', 'the latest details');
select is((tests.the_recap('rec_1')).url, null, 'all of them');
select is((tests.the_recap('rec_1')).summary_markdown, 'new', 'the latest summary, though a later event had none');
select is((tests.the_recap('rec_1')).action_items -> 0 ->> 'description', 'new', 'the latest action items');
select is(tests.the_transcript('rec_1') -> 0 ->> 'text', 'new', 'the latest transcript');
select is((tests.the_recap('rec_1')).summary_as_of, tests.moment(20)::timestamptz, 'each part has its own time');

select * from finish();
rollback;
