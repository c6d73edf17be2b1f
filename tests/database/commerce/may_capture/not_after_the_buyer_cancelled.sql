begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart'), tests.a_checkout('other');
select tests.receive(tests.fact_approved('order_1', 'cart'), tests.fact_approved('order_2', 'other'));
update public.checkout_sessions set cancelled_at = now() + interval '1 second' where id = tests.id('cart');
update public.checkout_sessions set cancelled_at = now() - interval '1 second' where id = tests.id('other');

select matches(tests.may_capture('order_1'), '^cancelled: The buyer cancelled it',
  'the buyer returned by the cancel URL');
select is(tests.may_capture('order_2'), 'yes', 'and approved it afterwards');

select * from finish();
rollback;
