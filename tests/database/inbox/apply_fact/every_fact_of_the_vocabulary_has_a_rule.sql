begin;
select plan(17);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_membership('sub_1', 'active'));

select is(tests.receive(tests.fact_created('pi_7')), 'applied', 'payment.created');
select is(tests.receive(tests.fact_pending('pi_2')), 'applied', 'payment.pending');
select is(tests.receive(tests.fact_captured('pi_3')), 'applied', 'payment.captured');
select is(tests.receive(tests.fact_failed('pi_4')), 'applied', 'payment.failed');
select is(tests.receive(tests.fact_cancelled('pi_5')), 'applied', 'payment.cancelled');
select is(tests.receive(tests.fact_expired('pi_6')), 'applied', 'payment.expired');
select is(tests.receive(tests.fact_approved('order_1')), 'applied', 'payment.approved');
select is(tests.receive(tests.fact_refunded_total('pi_1', 1)), 'applied', 'payment.refunded');
select is(tests.receive(tests.fact_checkout_cancelled('order_1')), 'applied', 'checkout.cancelled');
select is(tests.receive(tests.fact_checkout_expired(null)), 'applied', 'checkout.expired');
select is(tests.receive(tests.fact_refund('re_1', 'pi_1', 1)), 'applied', 'refund.updated');
select is(tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'won')), 'applied', 'dispute.updated');
select is(tests.receive(tests.fact_customer('cus_1', null)), 'applied', 'customer.updated');
select is(tests.receive(tests.fact_product('chair', 'Chair')), 'applied', 'product.updated');
select is(tests.receive(tests.fact_membership('sub_1', 'active')), 'applied', 'membership.updated');
select is(tests.receive(tests.fact_bill('in_1', 'sub_1', 'paid')), 'applied', 'membership.billed');
select is(tests.receive(tests.fact_meeting('rec_1')), 'applied', 'meeting.recorded');

select * from finish();
rollback;
