begin;
select plan(5);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));

select results_eq(
  $$ select a.what, a.which, a.why from ops.attention a where a.id = (tests.the_order('late')).id::text $$,
  $$ select 'order needs attention', 'order ' || (tests.the_order('late')).number,
    (tests.the_order('late')).attention_reason || ' The buyer paid 10.00 EUR and waits.' $$, 'what, which, and why'
);
select throws_matching(tests.the_remedy('order needs attention'), 'it still cannot be fulfilled',
  'the remedy takes stock, and there is none');
select throws_ok(
  replace(tests.the_remedy('order needs attention', 1), 'a test', '<why>'), '22023', null,
  'it is settled without stock for a reason only'
);
select lives_ok(tests.the_remedy('order needs attention', 1), 'and with one');
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_order('late')).id::text $$,
  'once settled it is not shown any more');

select * from finish();
rollback;
