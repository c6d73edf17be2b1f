begin;
select plan(1);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('ref_1', 'cart'));
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('ref_1', 'cart'))
  || '{"provider": "tests_too"}');

select is(
  (select count(*)::integer from public.payments p where p.provider_ref = 'ref_1' and p.provider like 'tests%'), 2,
  'the provider is part of the key'
);

select * from finish();
rollback;
