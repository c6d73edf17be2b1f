begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('two');
select tests.a_courier('courier');
select tests.claim('courier', 1);
update outbox.couriers set awake_until = null, ended_at = now();

select is_empty($$
  select 1 from outbox.record_and_claim(tests.id('courier'), jsonb_build_array(jsonb_build_object(
    'delivery_id', (tests.the_delivery('one')).id, 'attempt', 1, 'outcome', 'delivered', 'started_at', now()
  )), 0)
$$, 'a courier that is finishing claims nothing new');
select is((tests.the_delivery('one')).status, 'delivered', 'but its results are recorded');
select ok(not outbox.courier_is_awake(), 'and it does not count as awake: a new run takes over');

select * from finish();
rollback;
