begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart'));
select commerce.apply_refund('tests', tests.fact_refund('re_1', 'pi_1', 400));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'paid', 'a partial refund leaves it paid');
select commerce.apply_refund('tests', tests.fact_refund('re_2', 'pi_1', 600));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'refunded', 'a full refund does not');

select * from finish();
rollback;
