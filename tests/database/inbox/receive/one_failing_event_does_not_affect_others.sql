begin;
select plan(6);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');

select is(
  tests.receive_events(
    tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@tests.example')),
    tests.an_event('evt_2', '{"type": "no.such.fact"}'),
    tests.an_event('evt_3', tests.fact_captured('pi_bad', amount => -1)),
    tests.an_event('evt_4') || '{"facts": [null]}',
    tests.an_event('evt_5') || '{"facts": ["text", 7, []]}',
    tests.an_event('evt_6', '{}'),
    tests.an_event('evt_7') || '{"facts": null, "error": "no id"}',
    tests.an_event('evt_8', tests.fact_captured('pi_1', 'cart'))
  ),
  'applied failed failed failed failed failed failed applied', 'each event is applied or fails by itself'
);
select is((tests.the_customer('cus_1')).email, 'amina@tests.example', 'the event before is applied');
select is((tests.the_order('cart')).status, 'confirmed', 'the event after is applied');
select is((select count(*)::integer from inbox.events e where e.provider = 'tests'), 8, 'all are kept');
select matches((tests.the_event('evt_2')).error, 'no rule for a fact of type no.such.fact',
  'a failed one has its error');
select matches((tests.the_event('evt_6')).error, 'no rule for a fact of type \(none\)',
  'also when it has no content');

select * from finish();
rollback;
