begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select tests.receive(tests.fact_captured('pi_1') || '{"email": "amina@tests.example"}');

select is((select sum(l.credits) from public.credit_ledger l where l.user_id = tests.user_id('amina@tests.example')),
  50::bigint, 'the credits find their owner');

select * from finish();
rollback;
