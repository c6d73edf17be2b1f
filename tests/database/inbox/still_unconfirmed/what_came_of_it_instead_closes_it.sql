begin;
select plan(5);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')),
  tests.unconfirmed('evt_2') || '{"facts": null, "error": "status: expected one of …"}');
select inbox.still_unconfirmed((tests.the_event(e)).id, 'The provider says SUCCESSFUL.', true)
from unnest(array['evt_1', 'evt_2']) e;

select is((tests.the_event('evt_1')).error, 'Closed: The provider says SUCCESSFUL.', 'it says why it is closed');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'and is asked about no more');
select is((tests.the_event('evt_2')).status, 'ignored', 'one that could not be read, too');
select is_empty($$ select 1 from ops.attention a
  where a.id in (select e.id::text from inbox.events e where e.provider = 'tests') $$, 'nobody is asked to look at it');
select is(tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1'))), 'applied',
  'what is confirmed all the same is applied');

select * from finish();
rollback;
