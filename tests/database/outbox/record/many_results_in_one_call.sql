begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('two'), tests.a_delivery('three');
select tests.a_courier('courier');
select tests.claim('courier');
select outbox.record(tests.id('courier'), jsonb_build_array(
  jsonb_build_object('delivery_id', (tests.the_delivery('three')).id, 'attempt', 1, 'outcome', 'refused', 'started_at',
    now(), 'error', '400'),
  jsonb_build_object('delivery_id', (tests.the_delivery('one')).id, 'attempt', 1, 'outcome', 'delivered',
    'started_at', now()),
  jsonb_build_object('delivery_id', (tests.the_delivery('two')).id, 'attempt', 1, 'outcome', 'retry', 'started_at',
    now(), 'error', '500'),
  jsonb_build_object('delivery_id', -1, 'attempt', 1, 'outcome', 'delivered', 'started_at', now())
));

select is((tests.the_delivery('one')).status, 'delivered', 'each');
select is((tests.the_delivery('two')).status, 'pending', 'for');
select is((tests.the_delivery('three')).status, 'dead', 'itself');

select * from finish();
rollback;
