begin;
select plan(2);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1));

select results_eq(
  $$ select a.what, a.which, a.why, a.remedy from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$,
  $$ select 'payment needs review', 'tests pi_1', (tests.the_payment('pi_1')).review_reason,
  format('select commerce.accept_payment(%L)', (tests.the_payment('pi_1')).id) $$,
  'what, which, why, and what to do'
);
select commerce.accept_payment((tests.the_payment('pi_1')).id);
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$,
  'once accepted it is not shown any more');

select * from finish();
rollback;
