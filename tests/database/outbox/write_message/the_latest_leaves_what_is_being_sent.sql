begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create function tests.a_state(payload text) returns void language sql as $$
  select outbox.write_message(payload, 'things/1', payload, null, '{tests_a}', latest_only => '{tests_a}')
$$;
select outbox.write_message('thing', 'things/1', 'first', null, '{tests_a}', latest_only => '{tests_a}');
select tests.a_courier('courier');
select tests.claim('courier');
create temporary table sending as select d.id from outbox.deliveries d;
select outbox.write_message('thing', 'things/1', 'second', null, '{tests_a}', latest_only => '{tests_a}');

select is((select d.status from outbox.deliveries d where d.id = (select s.id from sending s)), 'sending',
  'it may have been delivered already');
select is(tests.claim('courier'), null, 'the newer one waits for its result');
select outbox.record(tests.id('courier'),
  (select jsonb_build_array(jsonb_build_object('delivery_id', s.id, 'attempt', 1, 'outcome', 'delivered', 'started_at',
    now())) from sending s));
select is((select c.body from outbox.claim(tests.id('courier'), 50) c), 'second', 'and follows it');

select * from finish();
rollback;
