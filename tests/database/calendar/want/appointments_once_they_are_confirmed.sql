begin;
select plan(4);

select calendar.connect(sessions => false);
select tests.a_coming_session('lesson');
select is((tests.the_entry('lesson')).id, null, 'sessions are off');
select tests.a_coming_appointment('talk', 'requested');
select is((tests.the_entry('talk')).id, null, 'a request is no appointment yet');
update public.appointments a set status = 'confirmed' where a.id = tests.id('talk');
select is(tests.the_task('talk'), 'keep', 'confirmed');
update public.appointments a set status = 'cancelled' where a.id = tests.id('talk');
select is(tests.the_task('talk'), 'remove', 'cancelled');

select * from finish();
rollback;
