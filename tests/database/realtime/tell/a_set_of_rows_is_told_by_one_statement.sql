begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.a_product('chair', 1000);
select tests.a_checkout('mine', email => 'amina@tests.example');
select tests.a_checkout('also_mine', email => 'amina@tests.example');
select tests.a_checkout('guest', email => 'guest@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'mine'), tests.fact_captured('pi_2', 'guest'),
  tests.fact_captured('pi_3', 'also_mine'));
select tests.remember('before', (select coalesce(max(c.sequence), 0) from public.topic_changes c)::text);
update public.orders o set status = 'needs_attention', attention_reason = 'x' where true;
create temporary table told as select c.* from public.topic_changes c
  where c.sequence > current_setting('tests.before')::bigint;

select set_eq($$ select t.row_id from told t $$,
  $$ select o.id::text from public.orders o where o.user_id is not null $$, 'the rows of accounts, and no guest''s');
select is((select count(*) from told t where t.record ->> 'id' <> t.old_record ->> 'id'), 0::bigint,
  'each with its own old values');
select is((select array_agg(distinct t.old_record ->> 'status' || ' ' || (t.record ->> 'status')) from told t),
  '{"confirmed needs_attention"}', 'and its new ones');
select is((select count(*) from told t join public.topic_changes p on p.sequence = t.previous
  where p.operation = 'INSERT' and p.row_id = t.row_id), 2::bigint, 'each follows its row''s insert');

select * from finish();
rollback;
