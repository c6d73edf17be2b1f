begin;
select plan(3);

select tests.a_cohort('autumn');
select tests.a_seat('seat', 'autumn');
select tests.is_sold('cart', '{"seat": 1}');
delete from public.enrollments where cohort_id = tests.id('autumn');

select is(tests.inconsistencies(), 'seat bought and not given', 'the buyer paid for it');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
