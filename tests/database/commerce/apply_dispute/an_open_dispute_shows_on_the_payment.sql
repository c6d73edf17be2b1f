begin;
select plan(5);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(
  tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response') || '{"evidence_due_at": "2026-02-01T00:00:00Z"}'),
  'applied', 'the dispute is applied'
);

select is((tests.the_dispute('dp_1')).status, 'needs_response', 'the dispute is recorded');
select is((tests.the_dispute('dp_1')).evidence_due_at, '2026-02-01 00:00:00+00'::timestamptz,
  'with the due date of the evidence');
select is((tests.the_payment('pi_1')).status, 'disputed', 'the payment is disputed');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is not cancelled');

select * from finish();
rollback;
