begin;
select plan(3);

select tests.a_quiet_outbox();
update inbox.events set next_attempt_at = now() + interval '1 day' where trust = 'unconfirmed'
  or (facts is null and status = 'failed');
select outbox.set_functions_url('https://tests.example/functions/v1');
select tests.a_destination('tests_a');
select is(outbox.ring_if_due(), null, 'nothing is due: no bell');
select tests.a_courier('courier');
select tests.a_delivery('one');
select is(outbox.ring_if_due(), null, 'a courier is awake: no bell');
select outbox.finish_run(tests.id('courier'), true);

select isnt(outbox.ring_if_due(), null, 'something is due and nobody awake: it rings');

select * from finish();
rollback;
