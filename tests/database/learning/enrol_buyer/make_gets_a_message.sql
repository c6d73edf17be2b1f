begin;
select plan(4);

select tests.a_course('maths');
update public.cohorts c set starts_at = '2027-01-01T10:00:00Z' where c.id = tests.id('maths');
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
create temporary table told as select m
  from tests.the_messages('enrollments/' || (tests.the_seat('maths', 'amina@tests.example')).id) m;
select is((select string_agg(m ->> 'type', ' ') from told), 'enrollment.created', 'once');
select is((select m -> 'data' ->> 'email' from told), 'amina@tests.example', 'with the address');
select is((select m -> 'data' ->> 'cohort_name' from told), 'maths', 'the data for the welcome e-mail');
select is((select m -> 'data' ->> 'order_number' from told), (tests.the_order('cart')).number::text,
  'and that it was bought');

select * from finish();
rollback;
