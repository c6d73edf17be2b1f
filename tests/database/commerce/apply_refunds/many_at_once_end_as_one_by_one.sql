begin;
select plan(2);

select tests.a_product('chair', 1000, 4);
select tests.a_course('maths', 1);
select tests.a_pack('pack', 10);
select tests.a_checkout('goods', '{"chair": 2}');
select tests.a_checkout('seat', '{"maths": 1}');
select tests.a_checkout('credits', '{"pack": 1}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_goods', 'goods', 2000));
select tests.receive(tests.fact_captured('pi_seat', 'seat'));
select tests.receive(tests.fact_captured('pi_credits', 'credits'));

select tests.ends_the_same_in_every_order(
  'goods, a seat, and a payment that is captured in the same call',
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_goods', 2000)),
  tests.an_event('evt_2', tests.fact_refunded_total('pi_seat', 1000)),
  tests.an_event('evt_3', tests.fact_captured('pi_alone', null, 500)),
  tests.an_event('evt_4', tests.fact_refund('re_4', 'pi_alone', 200))
);
select tests.ends_the_same_in_every_order(
  'two of one payment, one of credits, and one of a payment that never comes',
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_goods', 1200)),
  tests.an_event('evt_2', tests.fact_refunded_total('pi_goods', 2000)),
  tests.an_event('evt_3', tests.fact_refund('re_3', 'pi_credits', 1000)),
  tests.an_event('evt_4', tests.fact_refund('re_4', 'pi_nobody', 100))
);

select * from finish();
rollback;
