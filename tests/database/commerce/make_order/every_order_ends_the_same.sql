begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
update public.cohorts set capacity = 1 where id = tests.id('autumn');
select tests.remember('cart',
  commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1, "seat": 1, "pack": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
select tests.ends_the_same_in_every_order(
  'a seat, a pack, a session and goods: captured, refunded, the refund failed',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 4000)),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 4000, 'pending')),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 4000)),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 4000, 'failed'))
);
select tests.ends_the_same_in_every_order(
  'captured after it had failed and expired, refunded in two parts',
  tests.an_event('evt_1', tests.fact_failed('pi_1', 'cart', 4000)),
  tests.an_event('evt_2', tests.fact_captured('pi_1', 'cart', 4000)),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000)),
  tests.an_event('evt_4', tests.fact_refund('re_2', 'pi_1', 3000)),
  tests.an_event('evt_5', tests.fact_checkout_expired('cart'))
);
select tests.ends_the_same_in_every_order(
  'another amount first, refunded, and that refund failed',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart', 4000)),
  tests.an_event('evt_2', tests.fact_pending('pi_1', 'cart', 4000)),
  tests.an_event('evt_3', tests.fact_refunded_total('pi_1', 4000)),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 4000, 'failed'))
);

select * from finish();
rollback;
