begin;
select plan(5);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_failed('pi_1', 'cart'));

select throws_ok(
  $$ update public.payments set status = 'pending' where provider = 'tests' $$, '23514',
  'a payment cannot go from failed back to pending',
  'nobody moves it back, not even by hand'
);
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select throws_ok(
  $$ update public.payments set status = 'failed', captured_at = null where provider = 'tests' $$, '23514',
  'a payment cannot go from captured back to failed',
  'a capture cannot be undone'
);
select lives_ok($$ update public.payments set status = 'refunded', refunded_minor = 1000 where provider = 'tests' $$,
  'after captured it moves on');
select lives_ok($$ update public.payments set status = 'captured', refunded_minor = 0 where provider = 'tests' $$,
  'and back to captured, when a refund fails');
select throws_ok(
  $$ update public.payments set status = 'pending' where provider = 'tests' $$, '23514', null, 'but not before it'
);

select * from finish();
rollback;
