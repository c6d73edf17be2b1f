-- Destinations, deliveries and couriers.

create function tests.a_quiet_outbox() returns void
language sql as $$
  delete from outbox.deliveries;
  delete from outbox.routes;
  delete from outbox.destinations;
  delete from outbox.couriers;
  update outbox.settings set functions_url = null;
$$;
comment on function tests.a_quiet_outbox() is 'No destination, route, delivery, courier or bell: a test adds its own.';

create function tests.a_destination(
  name text, max_in_flight integer default 100, max_per_second numeric default 1000, breaker_after integer default null
) returns void
language sql as $$
  insert into outbox.destinations (name, max_in_flight, max_per_second, tokens, breaker_after)
  values (
    a_destination.name, a_destination.max_in_flight, a_destination.max_per_second, a_destination.max_per_second,
    a_destination.breaker_after
  )
$$;

create function tests.the_destination(name text) returns outbox.destinations
language sql stable as $$ select d from outbox.destinations d where d.name = the_destination.name $$;

create function tests.a_delivery(name text, about text default null, destination text default 'tests_a') returns void
language sql as $$
  select outbox.write_message(name, coalesce(about, 'things/' || name), json_build_object('type', name)::text, null,
    array[a_delivery.destination])
$$;
comment on function tests.a_delivery(text, text, text) is
  'A delivery known by its message''s type; about: the record_key.';

create function tests.the_delivery(name text, destination text default 'tests_a') returns outbox.deliveries
language sql stable as $$
  select d from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where m.type = name and d.destination = the_delivery.destination
$$;

create function tests.a_settled(name text, status text, age interval, about text default null, destination text
  default 'tests_a') returns void
language sql as $$
  select tests.a_delivery(name, about, destination);
  with made as (
    update outbox.messages m
    set created_at = now() - age
    where m.id = (select d.message_id from outbox.deliveries d where d.destination = a_settled.destination
      order by d.id desc limit 1)
    returning m.id
  )
  update outbox.deliveries d
  set status = a_settled.status::outbox.delivery_status, created_at = now() - age, next_attempt_at = now() - age,
      settled_at = case when a_settled.status <> 'pending' then now() - age end
  from made
  where d.message_id = made.id
$$;
comment on function tests.a_settled(text, text, interval, text, text) is
  'A delivery as tests.a_delivery makes it, created and settled this long ago.';

create function tests.a_courier(name text) returns void
language sql as $$ select tests.remember(name, outbox.wake('bell')::text) $$;

create function tests.claim(courier text, at_most integer default 50) returns text
language sql as $$ select string_agg(c.type, ' ' order by c.delivery_id)
  from outbox.claim(tests.id(courier), at_most) c $$;
comment on function tests.claim(text, integer) is
  'What a courier claims: the names of deliveries in the order in which they were created.';

create function tests.rows_that_a_claim_reads(courier text) returns bigint
language plpgsql as $$
declare
  v_before bigint := tests.rows_read('outbox.deliveries');
begin
  perform outbox.claim(tests.id(courier), 10);
  return tests.rows_read('outbox.deliveries') - v_before;
end
$$;
comment on function tests.rows_that_a_claim_reads(text) is
  'How many rows of outbox.deliveries a claim reads.';

create function tests.record(courier text, delivery text, outcome text, more jsonb default '{}') returns void
language sql as $$
  select outbox.record(tests.id(courier), jsonb_build_array(jsonb_build_object(
    'delivery_id', (tests.the_delivery(delivery)).id, 'attempt', (tests.the_delivery(delivery)).attempts, 'outcome',
    outcome,
    'started_at', now(), 'duration_ms', 12, 'status_code', 200, 'error', null, 'response_body', 'ok',
      'retry_after_ms', null
  ) || more))
$$;

create function tests.record_all(courier text, outcome text, more jsonb default '{}', destination text
  default 'tests_a') returns void
language sql as $$
  select outbox.record(tests.id(record_all.courier), jsonb_agg(jsonb_build_object(
    'delivery_id', d.id, 'attempt', d.attempts, 'outcome', outcome, 'started_at', now(), 'duration_ms', 12,
    'status_code', 200
  ) || more order by d.id))
  from outbox.deliveries d where d.status = 'sending' and d.destination = record_all.destination
$$;
comment on function tests.record_all(text, text, jsonb, text) is
  'Records the same outcome for everything that a destination is being sent, in one call.';

create function tests.hold_passes(destination text default 'tests_a') returns void
language sql as $$ update outbox.destinations d set held_until = clock_timestamp()
  where d.name = hold_passes.destination $$;

create function tests.the_hold(destination text default 'tests_a') returns integer
language sql volatile as $$
  select extract(epoch from d.held_until - clock_timestamp() + interval '0.5 seconds')::integer
    from outbox.destinations d where d.name = the_hold.destination
$$;
comment on function tests.the_hold(text) is
  'For how many seconds from now nothing is sent; negative: the hold has ended.';

create function tests.comes_due(delivery text) returns void
language sql as $$ update outbox.deliveries d set next_attempt_at = now()
  where d.id = (tests.the_delivery(delivery)).id $$;

create function tests.next_changes(at_most integer default 100, destination text default 'tests_a') returns text
language plpgsql as $$
declare
  v record;
begin
  select * into v from outbox.changes(destination, nullif(current_setting('tests.cursor_' || destination, true), ''),
    at_most);
  perform set_config('tests.cursor_' || destination, v.cursor, true);
  if v.outcome <> 'ok' then
    return v.outcome;
  end if;
  return concat_ws(' ', (select string_agg(m ->> 'type', ' ') from json_array_elements(v.messages::json) m),
    case when v.more then '…' end);
end
$$;
comment on function tests.next_changes(integer, text) is
  'What a reader of the feed gets next: the types of the messages, and "…" where there is more; else the outcome. The '
  'cursor is in the setting tests.cursor_<destination>.';

-- Messages of the latest changes of one record, as a receiver gets them.
create function tests.the_messages(about text) returns setof jsonb
language sql stable as $$ select m.payload::jsonb from outbox.messages m where m.record_key = about
  order by m.sequence $$;
