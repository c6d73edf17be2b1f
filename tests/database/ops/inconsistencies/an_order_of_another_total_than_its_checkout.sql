begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.checkout_sessions set total_minor = 1001 where id = tests.id('cart');

select is(tests.inconsistencies(), 'order and checkout differ in total', 'by one minor unit');
update public.checkout_sessions set total_minor = 1000, currency = 'USD' where id = tests.id('cart');
select is(tests.inconsistencies(), 'order and checkout differ in total', 'or in currency');

select * from finish();
rollback;
