begin;
select plan(10);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
insert into inbox.events (id, provider, type, status, trust, provider_event_id, body, facts, received_at, applied_at,
  error)
select ops.uuid7(), 'tests', 'x', s.status::inbox.event_status, 'signed', s.status || i, '{}', '[]',
  '2031-01-01 00:00:30Z',
  case when s.status = 'applied' then timestamptz '2031-01-01 00:00:30.25Z' end, s.error
from generate_series(1, 2) i, (values ('applied', null), ('dead', 'x')) s (status, error);
select tests.a_delivery('one'), tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered', '{"status_code": 200}');
create function tests.series(what text, name text, since timestamptz default '2031-01-01', until timestamptz
  default '2031-01-01 00:04:00Z') returns text language sql as $$
  select s ->> 'values' from jsonb_array_elements(console.chart(what, since, until, 4) -> 'series') s
  where s ->> 'name' = series.name
$$;
select tests.authenticate_as('admin@tests.example');

select is(console.chart('events', '2031-01-01', '2031-01-01 00:04:00Z', 4) -> 'times',
  to_jsonb(array(select extract(epoch from timestamptz '2031-01-01 00:00:00Z')::bigint + 60 * i
  from generate_series(0, 3) i)), 'the begin of each bucket');
select is(tests.series('events', 'tests'), '[4, 0, 0, 0]', 'how many events');
select is(tests.series('success_by_provider', 'tests')::jsonb, '[50.00, null, null, null]', 'which part succeeded');
select is(tests.series('webhook_to_commit', 'p95')::jsonb, '[250.00, null, null, null]', 'milliseconds');
select is(tests.series('deliveries', 'delivered', now() - interval '1 hour', now() + interval '1 hour'), '[0, 0, 1, 0]',
  'attempts');
select is(tests.series('success_by_destination', 'tests_a', now() - interval '1 hour', now() + interval
  '1 hour')::jsonb,
  '[null, null, 100.00, null]', 'by destination');
select isnt(tests.series('commit_to_arrival', 'p50', now() - interval '1 hour', now() + interval '1 hour')::jsonb -> 2,
  'null', 'from commit to arrival');
select isnt_empty($$ select console.chart('backlog'), console.chart('capture_to_order') $$, 'the others answer');
select is(tests.refusal($$ select console.chart('moon') $$), '22023', 'an unknown chart');
select is(tests.refusal($$ select console.chart('events', now(), now() - interval '1 hour') $$), '22023',
  'a time that ends before it begins');

select * from finish();
rollback;
