begin;
select plan(5);

insert into inbox.events (provider, provider_event_id, type, status, trust, body, facts, error, waiting_for,
  next_attempt_at)
select 'tests', 'evt_' || n, 'something.happened', 'parked', 'signed', '{}',
  jsonb_build_array(tests.fact_refund('re_' || n, 'pi_1', 1)), 'It waits.', 'tests/payment/pi_1',
  now() + interval '1 hour'
from generate_series(1, 900) n;
create function tests.are_applied() returns bigint language sql as $$
  select count(*) from public.refunds r where r.provider = 'tests'
$$;
create function tests.are_due() returns bigint language sql as $$
  select count(*) from inbox.events e where e.provider = 'tests' and e.status = 'parked' and e.next_attempt_at <= now()
$$;

select is(tests.receive(tests.fact_captured('pi_1')), 'applied', 'what 900 wait for is applied');
select is(tests.are_applied(), 200::bigint, 'with as many of them as an answer can wait for');
select is(tests.are_due(), 700::bigint, 'and the others are due');
select is(inbox.retry_due(100), 100, 'cron goes on with them');
do $$ begin while inbox.retry_due(100) > 0 loop null; end loop; end $$;
select is(tests.are_applied(), 900::bigint, 'until all are applied, each once');

select * from finish();
rollback;
