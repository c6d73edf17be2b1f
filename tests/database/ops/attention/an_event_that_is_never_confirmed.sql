begin;
select plan(4);

select tests.receive_events(tests.unconfirmed('evt_new', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_old', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_given_up', tests.fact_captured('pi_1')));
select tests.time_passes('evt_old', '61 minutes');
update inbox.events set next_attempt_at = null where provider = 'tests' and provider_event_id = 'evt_given_up';

select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_new')).id::text $$,
  'one that was just received may still be confirmed');
select results_eq(
  $$ select a.what, a.which, a.why, a.since from ops.attention a
  where a.id = (tests.the_event('evt_old')).id::text $$,
  $$ select 'event never confirmed', 'tests something.happened', 
    'Kept until the provider confirms it. Until then nothing of it is done here: if it reports a payment, the buyer '
    'waits.', now() - interval '61 minutes' $$,
  'after an hour an admin should look at it'
);
select is((select a.what from ops.attention a where a.id = (tests.the_event('evt_given_up')).id::text),
  'event never confirmed', 'or as soon as its provider is asked no more');
select tests.receive_events(tests.confirmed('evt_old', tests.fact_captured('pi_1')));
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_old')).id::text $$,
  'once confirmed it is not shown any more');

select * from finish();
rollback;
