begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
select tests.a_checkout('a', email => 'amina@tests.example');
select tests.a_checkout('b', email => 'ben@tests.example');
select tests.a_checkout('c', email => 'guest@tests.example');
select tests.receive(tests.fact_captured('pi_a', 'a'), tests.fact_captured('pi_b', 'b'),
  tests.fact_captured('pi_c', 'c'));
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select o.checkout_session_id from public.orders o $$, $$ values (tests.id('a')) $$,
  'neither another''s nor a guest''s');
select throws_ok($$ update public.orders set status = 'refunded' $$, '42501', null, 'and change nothing');
select throws_ok($$ delete from public.orders $$, '42501', null, 'and delete nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.orders $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
