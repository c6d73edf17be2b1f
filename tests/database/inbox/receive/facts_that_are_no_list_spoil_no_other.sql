begin;
select plan(2);

select lives_ok(
  $$ select tests.receive_events(
    tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@example.com')),
    tests.an_event('evt_2') || '{"facts": {"type": "customer.updated"}}'
  ) $$,
  'one event whose facts are no list costs no other'
);
select is((tests.the_event('evt_1')).status, 'applied', 'the other is applied');

select * from finish();
rollback;
