begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('lesson');
select calendar.note_conference_failed(tests.id('lesson'), 1);
select calendar.note_conference_failed(tests.id('lesson'), 1);
select is((tests.the_entry('lesson')).conference_number, 2, 'the next request has another id');
select is((tests.the_entry('lesson')).conference_failures, 1, 'one failed, however often it is noted');

select * from finish();
rollback;
