begin;
select plan(14);

select is(inbox.fact_keys('tests', tests.fact_captured('pi_1')), '{tests/payment/pi_1}', 'a payment locks itself');
select is(inbox.fact_keys('tests', tests.fact_refund('re_1', 'pi_1', 1)), '{tests/payment/pi_1}',
  'a refund locks its payment');
select is(inbox.fact_keys('tests', tests.fact_refunded_total('pi_1', 1)), '{tests/payment/pi_1}',
  'so is a total of refunds');
select is(inbox.fact_keys('tests', tests.fact_dispute('dp_1', 'pi_1', 'won')), '{tests/payment/pi_1}',
  'so is a dispute');
select is(inbox.fact_keys('tests', tests.fact_membership('sub_1', 'active')), '{tests/membership/sub_1}',
  'a membership locks itself');
select is(inbox.fact_keys('tests', tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1')),
  '{tests/membership/sub_1,tests/invoice/in_1,tests/payment/pi_1}',
  'an invoice locks its membership, itself and its payment');
select is(inbox.fact_keys('tests', tests.fact_bill('in_1', 'sub_1', 'paid')),
  '{tests/membership/sub_1,tests/invoice/in_1}', 'or its membership and itself');
select is(inbox.fact_keys('tests', '{"type": "invoice.paid", "provider_ref": "in_1", "payment_ref": "pi_1"}'),
  '{tests/invoice/in_1,tests/payment/pi_1}', 'the payment of an invoice locks both');
select is(inbox.fact_keys('tests', tests.fact_captured('pi_1') || '{"part_of": "order_1"}'),
  '{tests/payment/pi_1,tests/parts/order_1}', 'a part locks the whole too');
select is(inbox.fact_keys('tests', tests.fact_customer('cus_1', null)), '{tests/customer/cus_1}',
  'a customer locks itself');
select is(inbox.fact_keys('tests', tests.fact_checkout_expired(null)), '{tests/payment/cs_1}',
  'a checkout page locks the expected payment');
select is(inbox.fact_keys('tests', tests.fact_approved('order_1')), '{tests/payment/order_1}', 'an approval too');
select is(inbox.fact_keys('tests', tests.fact_checkout_cancelled('order_1')), '{tests/payment/order_1}',
  'and its cancellation');
select lives_ok($$ select inbox.fact_keys('tests', 'null'), inbox.fact_keys('tests', '{}'),
  inbox.fact_keys('tests', '[]'), inbox.fact_keys('tests', '"text"') $$,
    'an invalid fact locks nothing, and raises no error');

select * from finish();
rollback;
