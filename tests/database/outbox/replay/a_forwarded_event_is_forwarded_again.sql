begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.a_product('chair');
select tests.a_checkout('c');
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1', 'c')));
update outbox.deliveries set status = 'delivered', settled_at = now();
create temporary table before as select tests.the_state() as state;
select outbox.replay('tests_a', '{"everything": true}', 'once more');

select results_eq(
  $$ select m.payload, m.event_id from outbox.messages m where m.replay_id is not null $$, $$ select null::text,
  (tests.the_event('evt_1')).id $$, 'from the same event'
);
select tests.a_courier('courier');
select is((select c.body from outbox.claim(tests.id('courier'), 10) c), (tests.the_event('evt_1')).body,
  'byte for byte');
select is(tests.the_state(), (select b.state from before b), 'its effect on the business tables is not repeated');

select * from finish();
rollback;
