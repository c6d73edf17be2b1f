begin;
select plan(5);

select tests.a_quiet_outbox();
update inbox.events set next_attempt_at = now() + interval '1 day' where trust = 'unconfirmed'
  or (facts is null and status = 'failed');
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
update inbox.events set attempts = 11, next_attempt_at = null where provider = 'tests';
select tests.remember('bells', (select count(*) from net.http_request_queue)::text);

select is(inbox.retry((tests.the_event('evt_1')).id), 'ignored', 'an admin cannot confirm it');
select is((tests.the_event('evt_1')).next_attempt_at, now(), 'its provider is asked at once');
select is((tests.the_event('evt_1')).attempts, 1, 'the schedule starts anew');
select is((tests.the_payment('pi_1')).id, null, 'nothing is applied');
select is((select count(*) from net.http_request_queue)::text, (current_setting('tests.bells')::integer + 1)::text,
  'the courier is called');

select * from finish();
rollback;
