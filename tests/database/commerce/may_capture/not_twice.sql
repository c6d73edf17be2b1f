begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive(tests.fact_approved('order_1', 'cart'), tests.fact_approved('order_2', 'cart'));
select tests.receive(tests.fact_captured('cap_1', 'cart'));

select matches(tests.may_capture('order_1'), '^cancelled: Its checkout is paid', 'it is captured already');
select matches(tests.may_capture('order_2'), '^cancelled: Its checkout is paid',
  'nor may another approval of the same checkout be captured');

select * from finish();
rollback;
