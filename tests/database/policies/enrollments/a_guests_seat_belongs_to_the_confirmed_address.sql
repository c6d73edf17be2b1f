begin;
select plan(3);

select tests.a_course('maths');
select tests.a_checkout('cart', '{"maths": 1}', 'guest@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.create_user('guest@tests.example', false);
select is(tests.by('guest@tests.example', 'select from public.enrollments'), '0',
  'not before the address is confirmed');
update auth.users u set email_confirmed_at = now() where u.email = 'guest@tests.example';
select is(tests.by('guest@tests.example', 'select from public.enrollments'), '1',
  'bought without an account, it belongs to the account with the address');
update public.enrollments e set user_id = gen_random_uuid() where e.cohort_id = tests.id('maths');
select is(tests.by('guest@tests.example', 'select from public.enrollments'), '0',
  'but not if it names another account');

select * from finish();
rollback;
