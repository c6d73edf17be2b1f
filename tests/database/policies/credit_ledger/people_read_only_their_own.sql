begin;
select plan(5);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.receive(
  tests.fact_captured('pi_a') || tests.buying_credits(1) || '{"email": "amina@tests.example"}',
  tests.fact_captured('pi_b') || tests.buying_credits(2) || '{"email": "ben@tests.example"}',
  tests.fact_captured('pi_c') || tests.buying_credits(3)
);
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select l.credits from public.credit_ledger l $$, $$ values (1) $$,
  'neither another''s nor those of no account');
select throws_ok($$ insert into public.credit_ledger (user_id, credits, reason) values (auth.uid(), 1000, 'granted') $$,
  '42501', null, 'and give themselves none');
select throws_ok($$ update public.credit_ledger set credits = 1000 $$, '42501', null, 'nor change any');
select throws_ok($$ delete from public.credit_ledger $$, '42501', null, 'nor delete spent ones');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.credit_ledger $$, '42501', null, 'neither another''s nor those of no account');

select * from finish();
rollback;
