begin;
select plan(7);

-- Called directly: inbox.apply_together would try events that fail together one by one.
select tests.a_product('chair', 1000, 9);
select tests.a_checkout('once');
select tests.a_checkout('twice');
select tests.a_checkout('parts');

select tests.receive(tests.fact_pending('pi_1', 'once'));
select commerce.apply_payments('{tests,tests}', array[
  tests.fact_captured('pi_1', 'once', 900),
  tests.fact_captured('pi_1', 'once', 1000)
]);
select is((tests.the_payment('pi_1')).amount_minor, 1000::bigint, 'both captures of a payment count');
select is((tests.the_order('once')).status, 'confirmed', 'and it is fulfilled');

select commerce.apply_payments('{tests,tests}', array[
  tests.fact_captured('pi_2', 'twice', 1000),
  tests.fact_captured('pi_3', 'twice', 1000)
]);
select is((tests.the_payment('pi_2')).needs_review, false, 'of two payments for one checkout one is fulfilled');
select is((tests.the_payment('pi_3')).needs_review, true, 'and one is reviewed');

select commerce.apply_payments('{tests,tests}', array[
  tests.fact_captured('pi_4', 'parts', 400) || '{"part_of": "O-1", "is_last_part": false}',
  tests.fact_captured('pi_5', 'parts', 600) || '{"part_of": "O-1", "is_last_part": true}'
]);
select is((tests.the_order('parts')).status, 'confirmed', 'two parts of a whole make its order');
select is(
  array[(tests.the_payment('pi_4')).needs_review, (tests.the_payment('pi_5')).needs_review], '{false,false}',
  'and neither is reviewed'
);

select tests.receive(tests.fact_pending('pi_6'));
select commerce.apply_payments('{tests,tests}', array[
  tests.fact_captured('pi_6', amount => 900), tests.fact_captured('pi_6', amount => 1000)
]);
select is((tests.the_payment('pi_6')).amount_minor, 1000::bigint, 'also those of a payment without a checkout');

select * from finish();
rollback;
