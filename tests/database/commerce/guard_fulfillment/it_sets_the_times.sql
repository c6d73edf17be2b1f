begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.fulfillments set status = 'shipped', tracking_code = 'T1' where id = (tests.the_parcel('cart')).id;
select is((tests.the_parcel('cart')).shipped_at, now(), 'it was shipped');
update public.fulfillments set shipped_at = now() - interval '1 day' where id = (tests.the_parcel('cart')).id;
update public.fulfillments set status = 'delivered' where id = (tests.the_parcel('cart')).id;
select is((tests.the_parcel('cart')).delivered_at, now(), 'it was delivered');
select is((tests.the_parcel('cart')).shipped_at, now() - interval '1 day', 'a time that was set stays');

select * from finish();
rollback;
