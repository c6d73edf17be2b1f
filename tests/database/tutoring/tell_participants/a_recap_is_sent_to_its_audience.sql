begin;
select plan(3);

select tests.create_user('tutor@tests.example');
select tests.create_user('guest@tests.example');
select tests.receive(tests.fact_meeting('rec_1', '{tutor@tests.example,guest@tests.example}'));
select tests.a_session('lesson');
select tests.receive(tests.fact_meeting('rec_1', '{tutor@tests.example,guest@tests.example}', 1) || tests.a_summary()
  || tests.a_transcript());
create temporary table heard as
select u.email, m.event, m.payload from realtime.messages m join auth.users u on m.topic = 'user:' || u.id
  where m.payload ->> 'table' = 'session_recaps';

select set_eq(
  $$ select h.email || ' ' || h.event from heard h where h.payload -> 'record' ->> 'tutoring_session_id' is null $$,
  $$ values ('tutor@tests.example INSERT'), ('guest@tests.example INSERT') $$,
    'without a session all participants'
);
select is(
  (select array_agg(distinct h.email) from heard h where h.payload -> 'record' ->> 'tutoring_session_id' is not null),
  '{tutor@tests.example}', 'then only those of the session'
);
select is((select count(*)::integer from heard h where h.payload::text like '%Good morning.%'), 0,
  'the transcript is in no broadcast');

select * from finish();
rollback;
