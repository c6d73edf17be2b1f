begin;
select plan(3);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));

select results_eq(
  $$ select a.what, a.which, a.why from ops.attention a where a.id = (tests.the_order('late')).id::text $$,
  $$ select 'order needs attention', 'order ' || (tests.the_order('late')).number,
    (tests.the_order('late')).attention_reason $$, 'what, which, and why'
);
select matches(
  (select a.remedy from ops.attention a where a.id = (tests.the_order('late')).id::text),
  '^select commerce\.settle_order\(''' || (tests.the_order('late')).id || '''', 'and what to do'
);
select commerce.settle_order((tests.the_order('late')).id, without_stock => true);
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_order('late')).id::text $$,
  'once settled it is not shown any more');

select * from finish();
rollback;
