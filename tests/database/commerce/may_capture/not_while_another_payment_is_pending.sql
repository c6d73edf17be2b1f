begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'));
select tests.receive(tests.fact_pending('mobile_1', 'cart'));

select matches(tests.may_capture('order_1'), '^retry: Another payment for its checkout is pending',
  'or the buyer might pay twice');
select tests.receive(tests.fact_failed('mobile_1', 'cart'));
select is(tests.may_capture('order_1'), 'yes', 'once that has failed, it may be captured');

select * from finish();
rollback;
