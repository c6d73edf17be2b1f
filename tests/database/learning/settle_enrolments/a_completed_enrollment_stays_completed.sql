begin;
select plan(1);

select tests.a_course('maths');
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
update public.enrollments e set status = 'completed' where e.cohort_id = tests.id('maths');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((tests.the_seat('maths', 'amina@tests.example')).status, 'completed',
  'a refund does not undo a completed course');

select * from finish();
rollback;
