begin;
select plan(2);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', interval '1 day');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed', at => 1));
select is((tests.the_booking('cart')).status::text || ' ' || (tests.the_booking('cart')).cancelled_by_refund,
  'scheduled false', 'as before');
select is((tests.the_order('cart')).status, 'confirmed', 'and its order too');

select * from finish();
rollback;
