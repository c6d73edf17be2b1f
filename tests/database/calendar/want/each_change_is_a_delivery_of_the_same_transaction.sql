begin;
select plan(8);

select calendar.connect();
select tests.a_coming_session('lesson');
select is(tests.asked_of_google('lesson'), 'pending', 'booked');
update public.tutoring_sessions s set starts_at = s.starts_at + interval '1 hour',
  ends_at = s.ends_at + interval '1 hour' where s.id = tests.id('lesson');
select is(tests.asked_of_google('lesson'), 'cancelled,pending', 'moved: the newest state alone is brought there');
update public.tutoring_sessions s set student_email = 'other@tests.example' where s.id = tests.id('lesson');
select is((tests.the_entry('lesson')).version, 3, 'another student');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('lesson');
select is((tests.the_entry('lesson')).version, 4, 'cancelled');
update public.tutoring_sessions s set meet_link = 'https://meet.google.com/abc-defg-hij'
  where s.id = tests.id('lesson');
select is((tests.the_entry('lesson')).version, 4, 'the link itself is nothing to tell Google');
delete from public.tutoring_sessions s where s.id = tests.id('lesson');
select is((tests.the_entry('lesson')).version, 5, 'deleted');
select is(tests.the_task('lesson'), 'remove', 'and its event is removed');
select is(
  (select m -> 'data' ->> 'source' from tests.the_messages('entries/' || tests.id('lesson')) m limit 1),
  'tutoring_session', 'the message names no person'
);

select * from finish();
rollback;
