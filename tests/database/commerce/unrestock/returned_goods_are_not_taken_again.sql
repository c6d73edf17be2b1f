begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.fulfillments set status = 'shipped' where id = (tests.the_parcel('cart')).id;
update public.fulfillments set status = 'returned' where id = (tests.the_parcel('cart')).id;
select commerce.restock((tests.the_order('cart')).id);
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 1000), tests.fact_refund('re_1', 'pi_cart', 1000, 'failed'));

select is(tests.the_stock('chair'), 10, 'it was returned: an admin must refund again');

select * from finish();
rollback;
