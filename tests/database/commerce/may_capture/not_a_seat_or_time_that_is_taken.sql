begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
update public.cohorts set capacity = 1 where id = tests.id('autumn');
select tests.a_checkout('seat', '{"seat": 1}'), tests.a_booking('hour', 'lesson', '1 day');
select tests.receive(tests.fact_failed('pi_1', 'seat'), tests.fact_failed('pi_2', 'hour'));
select tests.a_checkout('seat_two', '{"seat": 1}', 'ben@tests.example'), tests.a_booking('hour_two', 'lesson', '1 day');
select tests.receive(tests.fact_approved('order_1', 'seat'), tests.fact_approved('order_2', 'hour'));

select matches(tests.may_capture('order_1'), '^cancelled: An item of the checkout was sold out since', 'the seat');
select matches(tests.may_capture('order_2'), '^cancelled: An item of the checkout was sold out since', 'the hour');

select * from finish();
rollback;
