begin;
select plan(2);

select tests.a_product('chair');
select tests.a_discount('TENTH', 10);
select tests.a_shipment('cart', '{"discount_code": "TENTH"}');
select is(tests.inconsistencies(), null, 'a discount of an open checkout is held');
update public.discount_uses set status = 'released' where checkout_session_id = tests.id('cart');
select is(tests.inconsistencies(), 'discount given and its use not counted', 'or found');

select * from finish();
rollback;
