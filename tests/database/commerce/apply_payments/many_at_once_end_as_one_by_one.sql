begin;
select plan(3);

select tests.a_product('chair', 1000, 4);
select tests.a_product('lamp', 500, 1);
select tests.a_course('maths', 1);
select tests.a_pack('pack', 10);
select tests.a_checkout('late', '{"lamp": 1}');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('late');
select commerce.expire_checkouts();
select tests.a_checkout('goods', '{"chair": 2, "lamp": 1}');
select tests.a_checkout('seat', '{"maths": 1}');
select tests.a_checkout('credits', '{"pack": 1}', 'amina@tests.example');

select tests.ends_the_same_in_every_order(
  'goods, a seat, credits, and a payment after its lamp was sold to another',
  tests.an_event('evt_1', tests.fact_captured('pi_goods', 'goods', 2500)),
  tests.an_event('evt_2', tests.fact_captured('pi_seat', 'seat')),
  tests.an_event('evt_3', tests.fact_captured('pi_credits', 'credits')),
  tests.an_event('evt_4', tests.fact_captured('pi_late', 'late', 500))
);
select tests.ends_the_same_in_every_order(
  'another amount, no checkout, one that was pending before, and a refund of one of them',
  tests.an_event('evt_1', tests.fact_captured('pi_goods', 'goods', 900)),
  tests.an_event('evt_2', tests.fact_captured('pi_alone')),
  tests.an_event('evt_3', tests.fact_captured('pi_seat', 'seat')),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_seat', 1000))
);
select tests.ends_the_same_in_every_order(
  'two events about each of two payments, of which one names no checkout',
  tests.an_event('evt_1', tests.fact_captured('pi_goods', 'goods', 2500)),
  tests.an_event('evt_2', tests.fact_captured('pi_goods', null, 2600, at => 1)),
  tests.an_event('evt_3', tests.fact_captured('pi_seat', 'seat')),
  tests.an_event('evt_4', tests.fact_pending('pi_seat', 'seat', at => 1))
);

select * from finish();
rollback;
