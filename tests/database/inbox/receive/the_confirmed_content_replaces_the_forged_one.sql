begin;
select plan(5);

-- Anybody may send an unconfirmed event under the id of a real one that is not received yet.
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_forged', amount => 1))
  || '{"trust": "unconfirmed", "body": "forged", "type": "forged", "subject": "forged"}');
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1'))
  || '{"trust": "confirmed", "body": "genuine", "type": "genuine", "subject": "genuine"}');

select is((tests.the_payment('pi_1')).status, 'captured', 'the genuine facts are applied');
select is((tests.the_payment('pi_forged')).id, null, 'the forged ones are not');
select is((tests.the_event('evt_1')).body, 'genuine', 'the genuine body is archived: it is what is forwarded');
select is((tests.the_event('evt_1')).type, 'genuine', 'under its genuine type');
select is((tests.the_event('evt_1')).subject, 'genuine', 'and subject');

select * from finish();
rollback;
