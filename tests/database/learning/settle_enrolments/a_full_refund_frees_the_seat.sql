begin;
select plan(4);

select tests.a_course('maths', 1);
select tests.a_checkout('cart', '{"maths": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 400));
select is((tests.the_seat('maths', 'amina@tests.example')).status, 'active', 'a partial refund does not');
select tests.receive(tests.fact_refund('re_2', 'pi_1', 600));
select is((tests.the_seat('maths', 'amina@tests.example')).status::text || ' '
  || (tests.the_seat('maths', 'amina@tests.example')).cancelled_by_refund, 'cancelled true', 'a full refund does');
select is(tests.free_seats('maths'), 1, 'for another student');
select lives_ok($$ select tests.a_checkout('next', '{"maths": 1}', 'ben@tests.example') $$, 'who can buy it');

select * from finish();
rollback;
