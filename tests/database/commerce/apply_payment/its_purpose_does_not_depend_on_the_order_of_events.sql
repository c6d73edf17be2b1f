begin;
select plan(3);

select tests.ends_the_same_in_every_order(
  'a membership''s payment, of which each event names a part',
  tests.an_event('evt_1', tests.fact_created('pi_1')),
  tests.an_event('evt_2', tests.fact_pending('pi_1', at => 1)
    || '{"membership_ref": "mem_1", "email": "amina@tests.example"}'),
  tests.an_event('evt_3', tests.fact_failed('pi_1', at => 2)
    || '{"membership_ref": "mem_1", "customer_ref": "user_1"}'),
  tests.an_event('evt_4', tests.fact_captured('pi_1', at => 3))
);
select tests.ends_the_same_in_every_order(
  'a membership, its invoice, and the payment of it',
  tests.an_event('evt_1', tests.fact_membership('mem_1', 'active')),
  tests.an_event('evt_2', tests.fact_bill('in_1', 'mem_1', 'paid', 'pi_1')),
  tests.an_event('evt_3', tests.fact_captured('pi_1') || '{"membership_ref": "mem_1"}'),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 1000))
);
select tests.ends_the_same_in_every_order(
  'two packs and two memberships that name one payment',
  tests.an_event('evt_1', tests.fact_captured('pi_1') || tests.buying_credits(50, 'pack_2')
    || '{"membership_ref": "mem_2"}'),
  tests.an_event('evt_2', tests.fact_captured('pi_1') || tests.buying_credits(50, 'pack_1')
    || '{"membership_ref": "mem_1"}'),
  tests.an_event('evt_3', tests.fact_captured('pi_1') || tests.buying_credits(70, 'pack_1'))
);

select * from finish();
rollback;
