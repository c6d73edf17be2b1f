begin;
select plan(4);

select tests.a_cohort('autumn', 1);
select tests.a_seat('seat', 'autumn');
select tests.is_sold('cart', '{"seat": 1}');
alter table public.cohorts disable trigger guard_capacity;
update public.cohorts set capacity = 0 where id = tests.id('autumn');

select is(tests.inconsistencies(), 'more students than seats', '1 of 0');
update public.cohorts set capacity = 1 where id = tests.id('autumn');
select tests.a_product('e-book', stock => null);
alter table public.enrollments disable trigger guard_seat;
insert into public.enrollments (cohort_id, email) values (tests.id('autumn'), 'ben@tests.example');
select is(tests.inconsistencies(), 'more students than seats', '2 of 1');
update public.enrollments set status = 'cancelled' where email = 'ben@tests.example';
select is(tests.inconsistencies(), null, 'a cancelled enrollment takes none');
insert into public.stock_reservations (checkout_session_id, product_id, quantity, cohort_id)
select c.id, p.id, 1, p.cohort_id from public.products p,
  commerce.open_checkout('ben@tests.example', '[{"sku": "e-book", "quantity": 1}]') c (id) where p.sku = 'seat';
select is(tests.inconsistencies(), 'more students than seats', 'held seats count');

select * from finish();
rollback;
