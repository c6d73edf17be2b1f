begin;
select plan(4);

select tests.a_course('maths');
select tests.a_checkout('first', '{"maths": 1}', 'amina@tests.example');
select tests.a_checkout('second', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'first'));
select tests.receive(tests.fact_captured('pi_2', 'second'));
select is((tests.the_order('first')).status, 'confirmed', 'the first order has the seat');
select is(
  (tests.the_order('second')).attention_reason,
  'amina@tests.example had a seat of maths already when this was paid. Refund it.', 'the second is shown to an admin'
);
select is(tests.free_seats('maths'), 9, 'it takes no seat');
select is(
  (select i.order_id from public.order_items i
    where i.id = (tests.the_seat('maths', 'amina@tests.example')).order_item_id), (tests.the_order('first')).id,
  'and does not replace the first'
);

select * from finish();
rollback;
