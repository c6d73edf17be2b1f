begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn');
select tests.is_sold('cart');
insert into public.enrollments (cohort_id, email, order_item_id)
select tests.id('autumn'), 'buyer@tests.example', i.id from public.order_items i
  where i.order_id = (tests.the_order('cart')).id;

select is(tests.inconsistencies(), 'seat that nothing bought', 'a chair is not a seat');

select * from finish();
rollback;
