begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
select tests.a_checkout('a', email => 'amina@tests.example');
select tests.a_checkout('b', email => 'ben@tests.example');
select tests.a_checkout('c', email => 'guest@tests.example');
select tests.authenticate_as('amina@tests.example');

select results_eq($$ select s.id from public.checkout_sessions s $$, $$ values (tests.id('a')) $$,
  'neither another''s nor a guest''s');
select throws_ok($$ update public.checkout_sessions set total_minor = 1 $$, '42501', null, 'and change nothing');
select tests.as_owner();
select tests.as_anon();
select throws_ok($$ select 1 from public.checkout_sessions $$, '42501', null, 'without an account none at all');

select * from finish();
rollback;
