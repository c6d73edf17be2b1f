begin;
select plan(2);

select tests.a_cohort('autumn');
select tests.a_seat('seat', 'autumn');
select tests.is_sold('cart', '{"seat": 1}');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 1000));
update public.enrollments set status = 'active' where cohort_id = tests.id('autumn');

select is(tests.inconsistencies(), 'seat that nothing bought', 'it is not paid for any more');
update public.enrollments set order_item_id = null where cohort_id = tests.id('autumn');
select is(tests.inconsistencies(), null, 'a seat given by an admin names no order');

select * from finish();
rollback;
