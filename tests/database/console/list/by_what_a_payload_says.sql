begin;
select plan(6);

select tests.an_admin('admin@tests.example');
insert into inbox.events (provider, type, status, trust, provider_event_id, body, facts)
select 'tests', 'x', 'ignored', 'signed', b.id, b.body, '[]'
from (values
  ('one', '{"data": {"amount": 24.50, "big": 9007199254740993, "items": [{"sku": "mug"}]}}'),
  ('two', '{"data": {"amount": 24.5}}'), ('three', 'amount=24.50'), ('four', '{"data": "amount"}')
) b (id, body);
create function tests.matching(payload jsonb) returns text language sql as $$
  select string_agg(r ->> 'provider_event_id', ' ') from jsonb_array_elements(console.list('events',
    jsonb_build_object('provider', 'tests', 'payload', payload)) -> 'rows') r
$$;
select tests.authenticate_as('admin@tests.example');

select is(tests.matching('{"data.amount": "24.50"}'), 'one', 'with its digits, and no error where there is no JSON');
select is(tests.matching('{"data.big": "9007199254740993"}'), 'one', 'all of them');
select is(tests.matching('{"data.items.0.sku": "mug", "data.amount": "24.50"}'), 'one', 'in lists; all must match');
select is(tests.matching('{"data.amount": "24.5"}'), 'two', 'and nothing else');
select is(console.count('events', '{"provider": "tests", "payload": {"data.amount": "24.5"}}'),
  '{"count": 1, "exact": true}', 'counted');
select is(tests.refusal($$ select console.list('events', '{"payload": "x"}') $$), '22023',
  'a filter that is no object');

select * from finish();
rollback;
