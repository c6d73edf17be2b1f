begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
update public.cohorts set capacity = 1 where id = tests.id('autumn');
select tests.is_sold('one', '{"seat": 1}', 'amina@tests.example');
select tests.a_booking('hour', 'lesson', '1 day', 'amina@tests.example'), tests.is_paid('hour');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000), tests.fact_refund('re_2', 'pi_hour', 1000));
select tests.is_sold('two', '{"seat": 1}', 'ben@tests.example');
select tests.a_booking('hour_two', 'lesson', '1 day', 'ben@tests.example'), tests.is_paid('hour_two');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000, 'failed'),
  tests.fact_refund('re_2', 'pi_hour', 1000, 'failed'));

select is(tests.the_seats('autumn'), 'amina@tests.example cancelled, ben@tests.example active',
  'the seat is sold to another');
select is(tests.the_lessons(), 'amina@tests.example cancelled, ben@tests.example scheduled', 'so is the hour');
select matches((tests.the_order('one')).attention_reason, '^Its refund failed, and the seat of seat was sold since',
  'an admin must know');
select matches((tests.the_order('hour')).attention_reason, '^Its refund failed, and the tutor''s time', 'of both');
select throws_matching($$ select commerce.settle_order((tests.the_order('one')).id) $$,
  'it still cannot be fulfilled: Its refund failed', 'it is not settled by mistake');
update public.cohorts set capacity = 2 where id = tests.id('autumn');
update public.tutoring_sessions set status = 'cancelled' where student_email = 'ben@tests.example';
select commerce.settle_order((tests.the_order('one')).id), commerce.settle_order((tests.the_order('hour')).id);
select is(tests.the_seats('autumn'), 'amina@tests.example active, ben@tests.example active',
  'with another seat it is settled');
select is(tests.the_lessons(), 'amina@tests.example scheduled, ben@tests.example cancelled', 'and with another hour');
select is((tests.the_order('one')).status || ' ' || (tests.the_order('hour')).status, 'confirmed confirmed',
  'nothing is left to settle');

select * from finish();
rollback;
