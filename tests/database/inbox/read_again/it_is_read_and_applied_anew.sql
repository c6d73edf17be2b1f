begin;
select plan(9);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{something.happened}');
select tests.receive_events(tests.an_event('evt_ignored') || '{"facts": []}');
select tests.receive_events(tests.an_event('evt_applied', tests.fact_captured('pi_1')));

select is(inbox.read_again((tests.the_event('evt_ignored')).id), 'failed', 'one that was ignored is to be read');
select is(inbox.read_again((tests.the_event('evt_applied')).id), 'failed', 'and one that was applied');
select is((tests.the_payment('pi_1')).status, 'captured', 'what it did stays');
select set_eq(
  $$ select u.id from inbox.unreadable_due() u where u.provider = 'tests' $$,
  $$ select e.id from inbox.events e where e.provider = 'tests' $$, 'the courier reads both'
);

-- As the courier does, once they are read.
select is(
  inbox.retry((tests.the_event('evt_ignored')).id, jsonb_build_array(tests.fact_captured('pi_2'))), 'applied',
  'the new reading is applied'
);
select is((tests.the_payment('pi_2')).status, 'captured', 'all of it');
select is(
  inbox.retry((tests.the_event('evt_applied')).id, jsonb_build_array(tests.fact_captured('pi_1'))), 'applied',
  'so is one that says the same'
);
select is((select count(*)::integer from public.payments), 2, 'which does nothing twice');
select is(
  (select count(*)::integer from outbox.messages m where m.event_id is not null and m.payload is null), 2,
  'and no event is forwarded again'
);

select * from finish();
rollback;
