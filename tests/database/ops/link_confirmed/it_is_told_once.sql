begin;
select plan(3);

select tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}', 'guest@tests.example');
select tests.create_user('other@tests.example');
select tests.create_user('guest@tests.example', confirmed => false);
update auth.users u set email_confirmed_at = now() where u.email = 'guest@tests.example';
select ops.link_confirmed(tests.user_id('guest@tests.example')), ops.link_recent();
select bag_eq(
  $$ select m.event, m.payload ->> 'table' from realtime.messages m
  where m.topic = 'user:' || tests.user_id('guest@tests.example') $$,
  $$ values ('UPDATE', 'payments'), ('UPDATE', 'orders') $$,
  'on the private topic, each row once'
);
select is((select string_agg(m.payload::jsonb ->> 'type' || ' ' || (m.payload::jsonb -> 'data' ->> 'email'), ', ')
  from outbox.messages m where m.record_key like 'person_links/%'), 'person.linked guest@tests.example',
  'by one message; of an account that bought nothing, none');
update auth.users u set last_sign_in_at = now() where true;
select is((select count(*) from ops.person_links l), 2::bigint, 'a sign-in confirms nothing again');

select * from finish();
rollback;
