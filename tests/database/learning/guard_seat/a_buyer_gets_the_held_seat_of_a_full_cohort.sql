begin;
select plan(2);

select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'ben@tests.example');
select is(tests.free_seats('maths'), 0, 'the checkout holds the last one');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is((tests.the_order('cart')).status::text || ' ' || (tests.the_seat('maths', 'ben@tests.example')).status,
  'confirmed active', 'and the buyer has it after the payment');

select * from finish();
rollback;
