begin;
select plan(4);

select tests.a_course('maths', 2);
select tests.is_sold('one', '{"maths": 1}', 'amina@tests.example');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select tests.is_sold('two', '{"maths": 1}', 'amina@tests.example');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000, 'failed'));

select is(tests.the_seats('maths'), 'amina@tests.example cancelled',
  'a failed refund does not undo a decision of an admin');
select matches((tests.the_order('one')).attention_reason, 'bought a seat of maths more than once',
  'it is shown to the admin');
select is((tests.the_order('two')).status, 'confirmed', 'the later order stays as it was');
select is(tests.inconsistencies(), null, 'and the audit is clean');

select * from finish();
rollback;
