begin;
select plan(3);

select tests.a_product('chair', 1000, currency => 'EUR');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000, 'XAF'));

select ok((tests.the_payment('pi_1')).needs_review, 'the same amount in another currency needs review');
select matches((tests.the_payment('pi_1')).review_reason, '1000 XAF.*10\.00 EUR', 'the reason names both currencies');
select is((tests.the_order('cart')).id, null, 'and makes no order');

select * from finish();
rollback;
