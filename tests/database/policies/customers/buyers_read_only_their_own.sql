begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.receive(tests.fact_customer('cus_a', 'amina@tests.example'),
  tests.fact_customer('cus_b', 'ben@tests.example'), tests.fact_customer('cus_c', 'guest@tests.example'));
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select c.provider_ref from public.customers c $$, $$ values ('cus_a') $$,
  'neither another''s nor nobody''s');
select throws_ok($$ update public.customers set email = 'x' $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.customers $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
