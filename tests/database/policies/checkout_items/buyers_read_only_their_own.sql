begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
select tests.a_checkout('a', '{"chair": 1}', 'amina@tests.example');
select tests.a_checkout('b', '{"chair": 2}', 'ben@tests.example');
select tests.a_checkout('c', '{"chair": 3}', 'guest@tests.example');
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select i.quantity from public.checkout_items i $$, $$ values (1) $$,
  'neither another''s nor a guest''s');
select throws_ok($$ update public.checkout_items set unit_price_minor = 1 $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.checkout_items $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
