begin;
select plan(7);

select calendar.connect();
select tests.a_coming_session('lesson');
select ok(tests.google_has('lesson'), 'Google has what is wanted');
select is((tests.the_session('lesson')).meet_link, 'https://meet.google.com/abc-defg-hij', 'its link');
select is((tests.the_session('lesson')).calendar_event_id, replace(tests.id('lesson')::text, '-', ''), 'and id');
select ok(tests.google_has('lesson'), 'noted again');
select is(
  (select count(*)::integer from tests.the_messages('tutoring_sessions/' || tests.id('lesson')) m
    where m ->> 'type' = 'tutoring_session.changed'),
  1, 'make.com hears of it once'
);
select is((tests.the_entry('lesson')).synced_version, 1, 'the entry knows');
select is(tests.asked_of_google('lesson'), 'pending', 'and asks for nothing more');

select * from finish();
rollback;
