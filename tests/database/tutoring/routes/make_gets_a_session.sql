begin;
select plan(1);

select tests.a_session('lesson');
update public.tutoring_sessions s set title = 'Another title' where s.id = tests.id('lesson');
update public.tutoring_sessions s set starts_at = s.starts_at + interval '1 minute',
  meet_link = 'https://meet.example/1' where s.id = tests.id('lesson');
update public.tutoring_sessions s set status = 'cancelled' where s.id = tests.id('lesson');

select is(
  (select array_agg(concat_ws(' ', m ->> 'type', m -> 'change' ->> 'columns'))
    from tests.the_messages('tutoring_sessions/' || tests.id('lesson')) m),
  array['tutoring_session.created', 'tutoring_session.changed ["meet_link", "starts_at"]',
    'tutoring_session.changed ["status"]'],
  'of a new one, of a moved one, and of a cancelled one; each change once'
);

select * from finish();
rollback;
