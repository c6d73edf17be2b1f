begin;
select plan(6);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((tests.the_order('cart')).status, 'refunded', 'the order was refunded');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));

select is((tests.the_refund('re_1')).status, 'failed', 'the buyer''s bank returned it');
select is((tests.the_payment('pi_1')).status, 'captured', 'the payment is captured again');
select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, 'nothing is refunded');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed again');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'succeeded'));
select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, 'a late event about its success changes nothing');

select * from finish();
rollback;
