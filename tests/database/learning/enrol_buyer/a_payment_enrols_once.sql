begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select is((tests.the_seat('maths', 'amina@tests.example')).id, null, 'not before it is paid');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((select count(*)::integer from public.enrollments e where e.cohort_id = tests.id('maths')), 1,
  'two events about one payment: one seat');
select is((tests.the_seat('maths', 'amina@tests.example')).user_id, tests.user_id('amina@tests.example'),
  'the buyer''s');
select is(
  (select i.order_id from public.order_items i
    where i.id = (tests.the_seat('maths', 'amina@tests.example')).order_item_id), (tests.the_order('cart')).id,
    'and it names the order item'
);

select * from finish();
rollback;
