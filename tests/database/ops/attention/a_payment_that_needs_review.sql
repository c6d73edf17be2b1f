begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1));

select results_eq(
  $$ select a.what, a.which, a.why from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$,
  $$ select 'payment needs review', 'tests pi_1', (tests.the_payment('pi_1')).review_reason $$,
  'what, which, and why'
);
select throws_ok((select a.remedy from ops.attention a where a.what = 'payment needs review'), '22023',
  'commerce.accept_payment needs a reason, and nothing was changed', 'the remedy pasted without a reason');
select lives_ok(tests.the_remedy('payment needs review'), 'and with one');
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$,
  'once accepted it is not shown any more');

select * from finish();
rollback;
