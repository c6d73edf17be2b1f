begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 1000));
alter table public.fulfillments disable trigger guard;
update public.fulfillments set status = 'pending', cancelled_by_refund = false
  where order_id = (tests.the_order('cart')).id;
alter table public.fulfillments enable trigger guard;

select is(tests.inconsistencies(), 'parcel of a refunded order', 'it must not be sent');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
