begin;
select plan(3);

select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select is((tests.the_seat('maths', 'amina@tests.example')).status::text || ' '
  || (tests.the_seat('maths', 'amina@tests.example')).cancelled_by_refund, 'active false', 'it is active again');
select is((tests.the_order('cart')).status, 'confirmed', 'as before the refund');
select is(tests.free_seats('maths'), 0, 'and no longer free');

select * from finish();
rollback;
