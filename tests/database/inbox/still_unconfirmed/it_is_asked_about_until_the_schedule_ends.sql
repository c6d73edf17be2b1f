begin;
select plan(7);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));
select inbox.still_unconfirmed((tests.the_event('evt_1')).id, 'Fapshi did not answer.');

select is((tests.the_event('evt_1')).error, 'Kept until the provider confirms it. Fapshi did not answer.',
  'it says what it waits for, and why');
select is((tests.the_event('evt_1')).attempts, 2, 'that was an attempt');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '2 minutes', 'the next is later');
update inbox.events set attempts = 10 where provider = 'tests';
select inbox.still_unconfirmed((tests.the_event('evt_1')).id, 'Fapshi did not answer.');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'after the eleventh it is asked about no more');
select is((tests.the_event('evt_1')).error, 'Never confirmed, and not asked about any more. Fapshi did not answer.',
  'and says so');
select is((tests.the_event('evt_1')).status, 'ignored', 'it is kept, and never applied');
select is((tests.the_payment('pi_1')).id, null, 'it made no payment');

select * from finish();
rollback;
