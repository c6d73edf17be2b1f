begin;
select plan(3);

select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', tests.fact_captured('pi_1', amount => 5)));

select results_eq(
  $$ select a.what, a.which, a.why, a.since from ops.attention a
  where a.id = (tests.the_event('evt_1')).id::text $$,
  $$ select 'event failed', 'tests something.happened', 
    'It could not be applied: no rule for a fact of type no.such.fact (P0001). Until it is, what it reports is not '
    'done here. It is tried again by itself.', now() $$,
  'what, which, why, and since when'
);
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_2')).id::text $$,
  'an applied one is not shown');
update inbox.events set status = 'dead' where provider_event_id = 'evt_1' and provider = 'tests';
select isnt_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_1')).id::text $$,
  'a dead one stays shown');

select * from finish();
rollback;
