begin;
select plan(1);

select calendar.connect();
select tests.a_coming_session('lesson');
update public.tutoring_sessions s set status = 'completed' where s.id = tests.id('lesson');
select calendar.note_nothing(tests.id('lesson'), 2);
select calendar.note_nothing(tests.id('lesson'), 1);
select is((tests.the_entry('lesson')).synced_version, 2, 'and stays so');

select * from finish();
rollback;
