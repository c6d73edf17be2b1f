begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
select tests.a_checkout('a', email => 'amina@tests.example');
select tests.a_checkout('b', email => 'ben@tests.example');
select tests.receive(tests.fact_captured('pi_a', 'a'), tests.fact_captured('pi_b', 'b'),
  tests.fact_captured('pi_c') || '{"email": "amina@tests.example"}');
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select p.provider_ref from public.payments p $$, $$ values ('pi_a') $$,
  'neither another''s nor one that merely names their address');
select throws_ok($$ update public.payments set status = 'refunded' $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.payments $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
