begin;
select plan(6);

select tests.a_product('chair', 1000, 2);
select tests.a_checkout('late', '{"chair": 2}');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick', '{"chair": 1}');
select tests.receive(tests.fact_captured('pi_quick', 'quick', 1000));
select is(tests.receive(tests.fact_captured('pi_late', 'late', 2000)), 'applied', 'the payment is recorded');

select is((tests.the_payment('pi_late')).status, 'captured', 'the payment is captured');
select is((tests.the_order('late')).status, 'needs_attention', 'its order needs attention');
select matches((tests.the_order('late')).attention_reason, '2 × chair \(1 left\)',
  'the reason names what is missing and what is left');
select is(tests.the_stock('chair'), 1, 'stock is neither negative nor taken in part');
select is((tests.the_order('quick')).status, 'confirmed', 'the quicker buyer keeps the chair');

select * from finish();
rollback;
