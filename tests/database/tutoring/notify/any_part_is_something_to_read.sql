begin;
select plan(4);

select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary(''));
select is(tests.notified('rec_1'), null, 'an empty summary is nothing to read');
select tests.receive(tests.fact_meeting('rec_2') || '{"action_items": [], "transcript": []}');
select is(tests.notified('rec_2'), null, 'nor are empty lists');
select tests.receive(tests.fact_meeting('rec_3') || tests.an_action_item());
select is(tests.notified('rec_3'), 'student@tests.example', 'action items are');
select tests.receive(tests.fact_meeting('rec_4') || tests.a_transcript());
select is(tests.notified('rec_4'), 'student@tests.example', 'and so is a transcript');

select * from finish();
rollback;
