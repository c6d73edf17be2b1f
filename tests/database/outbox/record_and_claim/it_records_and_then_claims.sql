begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_in_flight => 1);
select tests.a_delivery('one'), tests.a_delivery('two');
select tests.a_courier('courier');
select is((select t.type from outbox.record_and_claim(tests.id('courier'), '[]', 50) t), 'one',
  'with nothing to record it only claims');
select is(
  (select t.type from outbox.record_and_claim(tests.id('courier'), jsonb_build_array(jsonb_build_object(
    'delivery_id', (tests.the_delivery('one')).id, 'attempt', 1, 'outcome', 'delivered', 'started_at', now()
  )), 50) t),
  'two', 'recording makes room for the claim'
);
select is((tests.the_delivery('one')).status, 'delivered', 'and it is recorded');

select * from finish();
rollback;
