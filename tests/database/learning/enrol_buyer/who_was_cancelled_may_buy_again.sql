begin;
select plan(2);

select tests.a_course('maths');
select tests.enrol('maths', 'amina@tests.example');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_seat('maths', 'amina@tests.example')).status, 'active', 'the same enrollment is active again');
select is((tests.the_order('cart')).status, 'confirmed', 'and no admin is needed');

select * from finish();
rollback;
