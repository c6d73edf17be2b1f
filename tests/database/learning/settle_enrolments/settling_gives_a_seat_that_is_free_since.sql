begin;
select plan(3);

select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.enrol('maths', 'ben@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select throws_like($$ select commerce.settle_order((tests.the_order('cart')).id) $$, 'it still cannot be fulfilled: %',
  'while no seat is free the order is not settled');
update public.cohorts c set capacity = 2 where c.id = tests.id('maths');
select commerce.settle_order((tests.the_order('cart')).id);
select is((tests.the_seat('maths', 'amina@tests.example')).status, 'active', 'the free seat is given to the buyer');
select is((tests.the_order('cart')).status, 'confirmed', 'and the order is confirmed');

select * from finish();
rollback;
