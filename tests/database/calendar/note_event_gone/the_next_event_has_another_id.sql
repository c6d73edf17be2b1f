begin;
select plan(3);

select calendar.connect();
select tests.a_coming_session('lesson');
select calendar.note_conference_failed(tests.id('lesson'), 1);
select calendar.note_event_gone(tests.id('lesson'), 0);
select calendar.note_event_gone(tests.id('lesson'), 0);
select is(calendar.event_id(tests.the_entry('lesson')), replace(tests.id('lesson')::text, '-', '') || 'v1', 'once');
select is((tests.the_entry('lesson')).conference_number, 3, 'with a new request for a conference');
select is((tests.the_entry('lesson')).conference_failures, 0, 'of which none failed');

select * from finish();
rollback;
