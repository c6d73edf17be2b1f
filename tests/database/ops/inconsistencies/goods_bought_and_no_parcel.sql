begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
delete from public.fulfillments where order_id = (tests.the_order('cart')).id;

select is(tests.inconsistencies(), 'goods bought and no parcel', 'it would not be sent');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
