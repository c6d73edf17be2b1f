begin;
select plan(17);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
insert into inbox.events (provider, type, status, trust, provider_event_id, error, body)
select 'stripe', case when n % 1000 = 0 then 'rare' else 'common' end,
  case when n % 5000 = 0 then 'dead' else 'ignored' end::inbox.event_status, 'confirmed', 'evt_many_' || n,
  case when n % 5000 = 0 then 'a test' end,
  '{"data": {"n": ' || n || '}}'
from generate_series(1, 100000) n;
with written as (
  insert into outbox.messages (type, record_key, payload)
  select 'tests.happened', 'things/' || n, '{}' from generate_series(1, 100000) n
  returning id, record_key
)
insert into outbox.deliveries (message_id, destination, record_key, status, settled_at, last_status_code)
select w.id, 'tests_a', w.record_key, 'delivered', now(), case when w.record_key like '%000' then 503 else 200 end
from written w;
analyze inbox.events, outbox.deliveries;

create function tests.scans(relation regclass) returns bigint language sql as $$
  select s.seq_scan from pg_stat_xact_user_tables s where s.relid = scans.relation
$$;
-- What was read to fill the tables.
create temporary table scanned as
select tests.scans('inbox.events') as events, tests.scans('outbox.deliveries') as deliveries;

create temporary table lists (name text, it jsonb);
grant all on lists to public;
create function tests.rows_of(name text) returns bigint language sql as $$
  select jsonb_array_length(l.it -> 'rows') from lists l where l.name = rows_of.name
$$;
select tests.authenticate_as('admin@tests.example');
insert into lists values
  ('events', console.list('events')),
  ('type', console.list('events', '{"type": "rare"}')),
  ('status', console.list('events', '{"status": "dead"}')),
  ('since', console.list('events', jsonb_build_object('since', now() - interval '1 hour'))),
  ('payload', console.list('events', '{"payload": {"data.n": "99999"}}')),
  ('deliveries', console.list('deliveries')),
  ('destination', console.list('deliveries', '{"destination": "tests_a", "code": "503"}')),
  ('done', console.list('deliveries', '{"status": "delivered"}')),
  ('count', console.count('events')),
  ('count of a status', console.count('events', '{"status": "dead"}')),
  ('count of deliveries', console.count('deliveries', '{"destination": "tests_a", "code": "503"}'));
insert into lists select 'next', console.list('events', '{}', l.it ->> 'next') from lists l where l.name = 'events';
select tests.as_owner();

select is(tests.rows_of('events'), 50::bigint, 'a page of all');
select is(tests.rows_of('next'), 50::bigint, 'the next page');
select is((select count(*) from (select r ->> 'id' from lists l, jsonb_array_elements(l.it -> 'rows') r
  where l.name in ('events', 'next') group by 1) x), 100::bigint, 'which has other rows');
-- Ids of one millisecond are in no order.
select ok(tests.rows_of('type') between 15 and 25, 'what is rare is found among the 20000 newest');
select is((select l.it ->> 'stopped' from lists l where l.name = 'type'), 'true', 'and it says that there may be more');
select is(tests.rows_of('status'), 20::bigint, 'of what is dead all');
select is((select l.it ->> 'stopped' from lists l where l.name = 'status'), 'false', 'and it knows that it is all');
select is(tests.rows_of('since'), 50::bigint, 'by time');
select is(tests.rows_of('payload'), 1::bigint, 'by a value of the payload');
select is(tests.rows_of('deliveries'), 50::bigint, 'deliveries');
select is(tests.rows_of('destination'), 20::bigint, 'by destination and code');
select is(tests.rows_of('done'), 50::bigint, 'by a status that nearly all have');
select is((select l.it from lists l where l.name = 'count'), '{"count": 100000, "exact": true}', 'the true count');
select is((select l.it from lists l where l.name = 'count of a status'), '{"count": 20, "exact": true}',
  'of a status, too');
select ok((select l.it ->> 'count' from lists l where l.name = 'count of deliveries')::integer between 90 and 110,
  'of destination and code');
select is(tests.scans('inbox.events'), (select s.events from scanned s), 'no list reads all events');
select is(tests.scans('outbox.deliveries'), (select s.deliveries from scanned s), 'nor all deliveries');

select * from finish();
rollback;
