begin;
select plan(2);

select tests.a_course('maths');
select tests.is_sold('one', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000));
select tests.is_sold('two', '{"maths": 1}', 'amina@tests.example');
update public.enrollments e set status = 'cancelled' where e.cohort_id = tests.id('maths');
select tests.is_sold('three', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_3', 'pi_three', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_one', 1000, 'failed'));

select is(
  (select i.order_id from public.order_items i
    where i.id = (tests.the_seat('maths', 'amina@tests.example')).order_item_id), (tests.the_order('one')).id,
  'the seat belongs to the order whose refund failed'
);
select is(tests.inconsistencies(), null, 'a cancellation by an admin in between is no loss');

select * from finish();
rollback;
