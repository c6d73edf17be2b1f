begin;
select plan(3);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', interval '1 day');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((tests.the_booking('cart')).status, 'cancelled', 'it does not take place');
select lives_ok($$ select tests.a_booking('next', 'lesson', interval '1 day', 'ben@tests.example') $$,
  'and another may book the time');
select is((tests.the_booking('cart')).cancelled_by_refund, true, 'it says why');

select * from finish();
rollback;
