begin;
select plan(2);

-- Each waits for the one before it.
insert into inbox.events (provider, provider_event_id, type, status, trust, body, facts, error, waiting_for)
select 'tests', 'evt_' || n, 'something.happened', 'parked', 'signed', '{}',
  jsonb_build_array(tests.fact_refund('re_' || n, 'pi_' || n - 1, 1), tests.fact_captured('pi_' || n)), 'It waits.',
  'tests/payment/pi_' || n - 1
from generate_series(1, 60) n;
select is(tests.receive(tests.fact_captured('pi_0')), 'applied', 'the first of a chain comes');
select is((select count(*) from inbox.events e where e.provider = 'tests' and e.status <> 'applied'), 0::bigint,
  'and the whole chain is applied');

select * from finish();
rollback;
