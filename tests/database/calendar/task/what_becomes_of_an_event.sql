begin;
select plan(8);

select calendar.connect();
select tests.a_coming_session('lesson');
select tests.google_has('lesson');
update public.tutoring_sessions s set status = 'completed' where s.id = tests.id('lesson');
select is(tests.the_task('lesson'), 'none', 'held: it stays as it is');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('lesson');
select is(tests.the_task('lesson'), 'remove', 'cancelled: it is removed');
update public.tutoring_sessions s set status = 'scheduled' where s.id = tests.id('lesson');
select is(tests.the_task('lesson'), 'keep', 'scheduled again: it comes back');
update public.tutoring_sessions s set starts_at = now() - interval '1 day', ends_at = now() - interval '23 hours'
  where s.id = tests.id('lesson');
select is(tests.the_task('lesson'), 'remove', 'moved into the past: the coming one is removed');
select calendar.note(tests.id('lesson'), (tests.the_entry('lesson')).version, null, null, null, null);
select is(tests.the_task('lesson'), 'none', 'and none is made there');

select tests.a_coming_session('early');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('early');
select is(tests.the_task('early'), 'remove', 'cancelled before it is known to be there: it may be, so it is removed');
update calendar.entries e set synced_version = 1, synced_until = now() - interval '1 minute'
  where e.id = tests.id('early');
select is(tests.the_task('early'), 'none', 'cancelled when it was over: it stays');
select is((select t.action from calendar.task(gen_random_uuid()) t), 'none', 'nothing is known of it: nothing is done');

select * from finish();
rollback;
