begin;
select plan(4);

select tests.receive_events(tests.unconfirmed('evt_new', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_old', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_given_up', tests.fact_captured('pi_1')));
select tests.time_passes('evt_old', '61 minutes');
update inbox.events set next_attempt_at = null where provider = 'tests' and provider_event_id = 'evt_given_up';

select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_new')).id::text $$,
  'one that came just now may be confirmed yet');
select results_eq(
  $$ select a.what, a.which, a.why, a.since, a.remedy from ops.attention a
  where a.id = (tests.the_event('evt_old')).id::text $$,
  $$ select 'event never confirmed', 'tests something.happened', 'Kept until the provider confirms it.',
  now() - interval '61 minutes', format('select inbox.retry(%L)', (tests.the_event('evt_old')).id) $$,
  'after an hour somebody should look'
);
select is((select a.what from ops.attention a where a.id = (tests.the_event('evt_given_up')).id::text),
  'event never confirmed', 'or as soon as nobody asks any more');
select tests.receive_events(tests.confirmed('evt_old', tests.fact_captured('pi_1')));
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_old')).id::text $$,
  'once confirmed it waits for nobody');

select * from finish();
rollback;
