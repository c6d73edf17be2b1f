begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart'), tests.is_sold('other');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 1000));
select is(tests.refusal($$ update public.fulfillments set status = 'pending' where id = (tests.the_parcel('cart')).id
  $$), '23514', 'its order was refunded');
update public.fulfillments set status = 'cancelled' where id = (tests.the_parcel('other')).id;
select is(tests.refusal($$ update public.fulfillments set status = 'pending' where id = (tests.the_parcel('other')).id
  $$), 'taken', 'a parcel that was cancelled by hand may be sent after all');
select is(
  tests.refusal($$ update public.fulfillments set order_id = (tests.the_order('other')).id
    where id = (tests.the_parcel('cart')).id $$), '23514', 'a parcel stays with its order'
);

select * from finish();
rollback;
