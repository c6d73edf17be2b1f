begin;
select plan(7);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary());
select tests.authenticate_as('student@tests.example');

select is((select count(*)::integer from public.notifications), 1, 'the own ones');
select lives_ok($$ update public.notifications set read_at = now() $$, 'marking all as read');
select throws_ok($$ update public.notifications set title = 'x' $$, '42501', null, 'and nothing else may be changed');
select throws_ok($$ delete from public.notifications $$, '42501', null, 'deletes none');
select throws_ok($$ insert into public.notifications (user_id, kind, title) values (gen_random_uuid(), 'x', 'x') $$,
  '42501', null, 'nor created');
select tests.as_owner();
select is(
  (select array_agg(u.email || ' ' || (n.read_at is not null) order by u.email) from public.notifications n
    join auth.users u on u.id = n.user_id),
  array['student@tests.example true', 'tutor@tests.example false'], 'the other''s stay unread'
);
select tests.as_anon();
select throws_ok($$ select 1 from public.notifications $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
