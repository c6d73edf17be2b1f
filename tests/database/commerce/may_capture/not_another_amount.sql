begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_less', 'cart', 999), tests.fact_approved('order_more', 'cart', 1001),
  tests.fact_approved('order_usd', 'cart', 1000, 'USD'));

select matches(tests.may_capture('order_less'),
  '^refused: 9\.99 EUR are approved, but the checkout asks for 10\.00 EUR', 'not less');
select matches(tests.may_capture('order_more'), '^refused: 10\.01 EUR', 'not more');
select matches(tests.may_capture('order_usd'), '^refused: 10\.00 USD', 'not of another currency');

select * from finish();
rollback;
