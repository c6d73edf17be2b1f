begin;
select plan(9);

-- PayPal signs a checksum: whoever saw a genuine message can send another, of a type that nobody acts on, under the id
-- of an event that is not here yet.
select tests.receive_events(tests.an_event('evt_1') || '{"type": "forged", "body": "forged"}');
select is(tests.missing('events', tests.confirmed('evt_1', tests.fact_captured('pi_1'))), '0',
  'the reconciler does not take it for the genuine one');
select is(tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1')) || '{"body": "genuine"}'),
  'applied', 'what the provider confirms is applied');
select is((tests.the_payment('pi_1')).status, 'captured', 'with its facts');
select is((tests.the_event('evt_1')).type, 'something.happened', 'under its own type');
select is((tests.the_event('evt_1')).body, 'genuine', 'and with its own body');
select is(tests.missing('events', tests.confirmed('evt_1', tests.fact_captured('pi_1'))), null,
  'then nothing is missing');

select tests.receive_events(tests.an_event('evt_2') || '{"body": "first"}');
select tests.receive_events(tests.confirmed('evt_2') || '{"body": "second"}');
select is((tests.the_event('evt_2')).body, 'first', 'one of the same type stays');
select tests.receive_events(tests.an_event('evt_3', tests.fact_captured('pi_3')) || '{"body": "first"}');
select tests.receive_events(tests.confirmed('evt_3') || '{"type": "another", "body": "second"}');
select is((tests.the_event('evt_3')).body, 'first', 'and so does one that took effect');
select tests.receive_events(tests.an_event('evt_4') || '{"body": "first"}');
select tests.receive_events(tests.an_event('evt_4') || '{"type": "another", "body": "second"}');
select is((tests.the_event('evt_4')).body, 'first', 'a signature alone replaces nothing');

select * from finish();
rollback;
