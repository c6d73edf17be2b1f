begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
insert into public.notifications (user_id, kind, title)
  select tests.user_id(a || '@tests.example'), 'recap_ready', 'x' from unnest('{amina,other}'::text[]) a;
select is((select count(*) from public.topic_changes), 2::bigint, 'two accounts are told of something');
delete from auth.users u where u.email = 'amina@tests.example';
select set_eq($$ select c.topic from public.topic_changes c $$,
  $$ values ('user:' || tests.user_id('other@tests.example')) $$, 'one is deleted, with what it was told');

select * from finish();
rollback;
