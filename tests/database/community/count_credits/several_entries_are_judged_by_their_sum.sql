begin;
select plan(4);

select tests.create_user('amina@tests.example', confirmed => false);
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50) || '{"email": "amina@tests.example"}');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((select string_agg(l.credits::text, ' ' order by l.id) from public.credit_ledger l), '50 -50',
  'bought and refunded as a guest');
select is((select b.balance from community.credit_balances b), 0::bigint, 'a balance of its own');
select lives_ok(format('update public.credit_ledger set user_id = %L where true', tests.user_id('amina@tests.example')),
  'both go to the account in one statement');
select is(community.balance(tests.user_id('amina@tests.example')), 0::bigint, 'which has none');

select * from finish();
rollback;
