begin;
select plan(2);

select calendar.connect();
select tests.a_coming_session('lesson');
delete from public.tutoring_sessions s where s.id = tests.id('lesson');
select ok(
  not calendar.note(tests.id('lesson'), 1, 'abcdef', now(), 'https://meet.google.com/abc-defg-hij',
    now() + interval '1 day'),
  'there is more to do'
);
select is(tests.the_task('lesson'), 'remove', 'the event is removed');

select * from finish();
rollback;
