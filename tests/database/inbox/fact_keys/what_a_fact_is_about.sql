begin;
select plan(14);

select is(inbox.fact_keys('tests', tests.fact_captured('pi_1')), '{tests/payment/pi_1}', 'a payment is about itself');
select is(inbox.fact_keys('tests', tests.fact_refund('re_1', 'pi_1', 1)), '{tests/payment/pi_1}',
  'a refund about its payment');
select is(inbox.fact_keys('tests', tests.fact_refunded_total('pi_1', 1)), '{tests/payment/pi_1}',
  'so is a total of refunds');
select is(inbox.fact_keys('tests', tests.fact_dispute('dp_1', 'pi_1', 'won')), '{tests/payment/pi_1}',
  'so is a dispute');
select is(inbox.fact_keys('tests', tests.fact_membership('sub_1', 'active')), '{tests/membership/sub_1}',
  'a membership is about itself');
select is(inbox.fact_keys('tests', tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_1')),
  '{tests/membership/sub_1,tests/invoice/in_1,tests/payment/pi_1}',
  'a bill about its membership, itself and what paid it');
select is(inbox.fact_keys('tests', tests.fact_bill('in_1', 'sub_1', 'paid')),
  '{tests/membership/sub_1,tests/invoice/in_1}', 'or about its membership and itself');
select is(inbox.fact_keys('tests', '{"type": "invoice.paid", "provider_ref": "in_1", "payment_ref": "pi_1"}'),
  '{tests/invoice/in_1,tests/payment/pi_1}', 'what paid a bill is about both');
select is(inbox.fact_keys('tests', tests.fact_captured('pi_1') || '{"part_of": "order_1"}'),
  '{tests/payment/pi_1,tests/parts/order_1}', 'a part is about the whole too');
select is(inbox.fact_keys('tests', tests.fact_customer('cus_1', null)), '{tests/customer/cus_1}',
  'a customer is about himself');
select is(inbox.fact_keys('tests', tests.fact_checkout_expired(null)), '{tests/payment/cs_1}',
  'a checkout page about the payment that was to come of it');
select is(inbox.fact_keys('tests', tests.fact_approved('order_1')), '{tests/payment/order_1}', 'an approval too');
select is(inbox.fact_keys('tests', tests.fact_checkout_cancelled('order_1')), '{tests/payment/order_1}',
  'and the end of one');
select lives_ok($$ select inbox.fact_keys('tests', 'null'), inbox.fact_keys('tests', '{}'),
  inbox.fact_keys('tests', '[]'), inbox.fact_keys('tests', '"text"') $$, 'nonsense is about nothing, and no error');

select * from finish();
rollback;
