begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.ends_the_same_in_every_order(
  'bought, refunded, the refund failed',
  tests.an_event('evt_1', tests.fact_captured('pi_1') || tests.buying_credits(50)),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 1000, 'pending')),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000)),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 1000, 'failed'))
);
select tests.ends_the_same_in_every_order(
  'each event holds a part; refunded in two parts',
  tests.an_event('evt_1', tests.fact_pending('pi_1') || tests.buying_credits(50)),
  tests.an_event('evt_2', tests.fact_captured('pi_1') || '{"email": "amina@tests.example"}'),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 400)),
  tests.an_event('evt_4', tests.fact_refund('re_2', 'pi_1', 600))
);
select tests.ends_the_same_in_every_order(
  'captured twice, with another amount, and a refund of the smaller one',
  tests.an_event('evt_1', tests.fact_captured('pi_1', amount => 900) || tests.buying_credits(50)
    || '{"email": "amina@tests.example"}'),
  tests.an_event('evt_2', tests.fact_captured('pi_1', amount => 1000)),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 900))
);

select * from finish();
rollback;
