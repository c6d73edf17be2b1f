begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('lesson');
select calendar.note_space(tests.id('lesson'), 'https://meet.google.com/aaa-bbbb-ccc');
select is((tests.the_entry('lesson')).meet_space, 'https://meet.google.com/aaa-bbbb-ccc', 'the event has a space');
select calendar.note_event_gone(tests.id('lesson'), 0);
select is((tests.the_entry('lesson')).meet_space, null, 'which no other event gets');

select * from finish();
rollback;
