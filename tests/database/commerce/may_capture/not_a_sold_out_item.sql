begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 1 where sku = 'chair';
select tests.a_checkout('cart');
select tests.receive(tests.fact_failed('pi_1', 'cart'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_approved('order_1', 'cart'));

select matches(tests.may_capture('order_1'), '^cancelled: An item of the checkout was sold out since',
  'no charge for what is sold out');
select tests.receive(tests.fact_checkout_expired('quick'));
select is(tests.may_capture('order_1'), 'yes', 'once it is back in stock it may be captured');

select * from finish();
rollback;
