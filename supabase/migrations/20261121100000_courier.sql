SET local check_function_bodies = off;

SELECT cron.unschedule('signalbox: tidy');

DROP INDEX "inbox"."events_to_confirm";

DROP INDEX "outbox"."deliveries_due";

DROP VIEW "ops"."attention";

DROP FUNCTION "ops"."tidy"();

DROP FUNCTION "outbox"."claim"(uuid, integer);

DROP FUNCTION "outbox"."release_next"(text, text);

DROP FUNCTION "outbox"."write_message"(text, text, text, uuid, text[], bigint);

ALTER TABLE "inbox"."events"
  SET (autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.05);

CREATE TABLE "ops"."retention" (
  "what"          text                     NOT NULL,
  "keep"          interval,
  "description"   text                     NOT NULL,
  "reached"       text,
  "walk_began_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "an_event_is_kept_while_it_may_be_sent_again" CHECK (((what <> 'events'::text) OR (keep >= '45 days'::interval))),
  CONSTRAINT "retention_pkey" PRIMARY KEY (what),
  CONSTRAINT "something_is_kept_for_an_hour" CHECK ((keep >= '01:00:00'::interval))
);

ALTER TABLE "ops"."retention"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "outbox"."attempts"
  SET (autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.05);

ALTER TABLE "outbox"."couriers"
  SET (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500);

ALTER TABLE "outbox"."deliveries"
  SET (autovacuum_analyze_scale_factor=0.02, autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.02);

ALTER TABLE "outbox"."destinations"
  SET (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=500, fillfactor=50);

CREATE TABLE "outbox"."feed" (
  "destination" text   NOT NULL,
  "position"    bigint NOT NULL,
  "delivery_id" bigint NOT NULL,
  CONSTRAINT "a_delivery_is_in_the_feed_once" UNIQUE (delivery_id),
  CONSTRAINT "a_position_is_taken_once" PRIMARY KEY (destination, "position")
);

ALTER TABLE "outbox"."feed"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "outbox"."messages"
  SET (autovacuum_vacuum_insert_scale_factor=0.05, autovacuum_vacuum_scale_factor=0.05);

CREATE TABLE "outbox"."readers" (
  "destination"       text                     NOT NULL,
  "position"          bigint                   NOT NULL DEFAULT 0,
  "kept_after"        bigint                   NOT NULL DEFAULT 0,
  "seen_until"        xid8                     NOT NULL DEFAULT '0'::xid8,
  "server_started_at" timestamp with time zone NOT NULL DEFAULT pg_postmaster_start_time(),
  CONSTRAINT "positions_are_counted_up" CHECK ((("position" >= kept_after) AND (kept_after >= 0))),
  CONSTRAINT "readers_pkey" PRIMARY KEY (destination)
);

ALTER TABLE "outbox"."readers"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "outbox"."replays" (
  "id"            bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "destination"   text                     NOT NULL,
  "filter"        jsonb                    NOT NULL,
  "reason"        text                     NOT NULL,
  "message_count" integer                  NOT NULL,
  "created_at"    timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_replay_has_a_reason" CHECK ((btrim(reason) <> ''::text)),
  CONSTRAINT "a_replay_is_of_messages" CHECK ((message_count > 0)),
  CONSTRAINT "replays_pkey" PRIMARY KEY (id),
  "requested_by"  text                     NOT NULL DEFAULT COALESCE((auth.uid())::text, (CURRENT_USER)::text)
);

ALTER TABLE "outbox"."replays"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "outbox"."deliveries"
  ADD COLUMN "receipt_due_at" timestamp WITH time zone;

ALTER TABLE "outbox"."deliveries"
  ADD COLUMN "processed_at" timestamp WITH time zone;

ALTER TABLE "outbox"."deliveries"
  ADD COLUMN "processing_error" text;

ALTER TABLE "outbox"."deliveries"
  ADD COLUMN "written_by" xid8 NOT NULL DEFAULT pg_current_xact_id();

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "breaker_after" integer DEFAULT 5;

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "failures" integer NOT NULL DEFAULT 0;

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "opened_at" timestamp WITH time zone;

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "recovering_since" timestamp WITH time zone;

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "receipts" boolean NOT NULL DEFAULT false;

ALTER TABLE "outbox"."destinations"
  ADD COLUMN "receipt_within" interval NOT NULL DEFAULT '00:15:00'::interval;

ALTER TABLE "outbox"."messages"
  ADD COLUMN "replay_id" bigint;

ALTER TABLE "outbox"."routes"
  ADD COLUMN "latest_only" boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION ops.age_out (
  what    text,
  at_most integer
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_policy ops.retention;
  v_way record;
  v_old timestamptz;
  v_walk record;
  v_messages uuid[];
begin
  select r.* into v_policy from ops.retention r where r.what = age_out.what;
  if not found then
    raise exception 'nothing is kept under the name %', coalesce(age_out.what, '(null)') using hint = 'select what from ops.retention';
  end if;
  -- One at a time, so that of two deliveries of one message the later one is seen to be the last.
  if v_policy.keep is null or not pg_try_advisory_xact_lock(hashtextextended('signalbox/ops/age_out', 0)) then
    return 0;
  end if;
  if v_policy.walk_began_at <= now() - interval '1 day' then
    update ops.retention r set reached = null, walk_began_at = now() where r.what = age_out.what;
    v_policy.reached := null;
  end if;
  v_old := now() - v_policy.keep;
  select w.* into strict v_way from ops.ageing(age_out.what) w;

  execute format(
    $walk$
      with oldest as materialized (
        select t.ctid as place, t.%2$I as key, %3$s < $1 as old
        from %1$s t
        where %4$s and %5$s
        order by t.%2$I
        limit $2
      ), looked_at as materialized (
        select o.place, o.key, bool_and(o.old) over (order by o.key) as old from oldest o
      ), gone as (
        delete from %1$s x
        where x.ctid = any (array(
          select t.ctid from %1$s t
          where t.ctid = any (array(select l.place from looked_at l where l.old)) and (%6$s)
          for update of t skip locked
        ))
        returning %7$s as message_id
      )
      select (select count(*)::integer from gone) as gone,
        (select array_agg(distinct g.message_id) from gone g) as messages,
        (select l.key::text from looked_at l where l.old order by l.key desc limit 1) as reached
    $walk$,
    v_way.relation, v_way.key, v_way.born, v_way.among,
    case when v_way.key_type is null or v_policy.reached is null then 'true' else format('t.%I > %L::%s', v_way.key, v_policy.reached, v_way.key_type) end,
    v_way.may_go,
    case when v_way.relation = 'outbox.deliveries' then 'x.message_id' else 'null::uuid' end
  ) into v_walk using v_old, at_most;

  if v_way.relation = 'outbox.deliveries' then
    delete from outbox.messages m
    where m.id = any (v_walk.messages) and not exists (select from outbox.deliveries d where d.message_id = m.id);
  end if;
  if v_way.key_type is not null and v_walk.reached is not null then
    update ops.retention r set reached = v_walk.reached where r.what = age_out.what;
  end if;
  return v_walk.gone;
end
$function$;

CREATE OR REPLACE FUNCTION ops.age_out_all (
  at_most integer DEFAULT 2000
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_what text;
  v_count integer := 0;
begin
  -- What is kept for less goes first: attempts before their deliveries.
  for v_what in select r.what from ops.retention r where r.keep is not null order by r.keep, r.what loop
    begin
      v_count := v_count + ops.age_out(v_what, at_most);
    exception when others then
      raise warning '% could not be aged out: %', v_what, sqlerrm; -- the others are
    end;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION ops.ageing (
  what text
)
  RETURNS TABLE (
    relation text,
    among    text,
    key      text,
    key_type text,
    born     text,
    may_go   text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
BEGIN ATOMIC
 SELECT w.relation,
     COALESCE(w.among, 'true'::text)
  AS "coalesce",
     w.key,
     w.key_type,
     w.born,
     COALESCE(w.may_go, 'true'::text) AS "coalesce"
    FROM ( VALUES ('attempts'::text,'outbox.attempts'::text,NULL::text,'id'::text,'bigint'::text,'t.started_at'::text,NULL::text), ('deliveries'::text,'outbox.deliveries'::text,NULL::text,'id'::text,'bigint'::text,'t.created_at + interval ''4 days'''::text,'t.status in (''delivered'', ''cancelled'') and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)'::text), ('dead deliveries'::text,'outbox.deliveries'::text,NULL::text,'id'::text,'bigint'::text,'t.created_at + interval ''4 days'''::text,'t.status = ''dead'' and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)'::text), ('reconciler requests'::text,'outbox.messages'::text,'t.type = ''reconciliation.requested'''::text,'created_at'::text,NULL::text,'t.created_at'::text,'not exists (select from outbox.deliveries d where d.message_id = t.id and d.status in (''pending'', ''sending''))'::text), ('reconciliations'::text,'inbox.reconciliations'::text,'t.missed = 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('reconciliations that found'::text,'inbox.reconciliations'::text,'t.missed > 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('inquiries'::text,'inbox.inquiries'::text,NULL::text,'next_at'::text,NULL::text,'t.next_at'::text,NULL::text), ('events'::text,'inbox.events'::text,NULL::text,'id'::text,'uuid'::text,'t.received_at'::text,'t.status in (''applied'', ''ignored'') and (t.trust <> ''unconfirmed'' or t.next_attempt_at is null)
        and not exists (select from outbox.messages m where m.event_id = t.id)'::text), ('rejections'::text,'inbox.rejections'::text,NULL::text,'minute'::text,NULL::text,'t.minute'::text,NULL::text), ('couriers'::text,'outbox.couriers'::text,NULL::text,'id'::text,NULL::text,'t.started_at'::text,'t.awake_until is null or t.awake_until < $1'::text), ('cron log'::text,'cron.job_run_details'::text,NULL::text,'runid'::text,'bigint'::text,'coalesce(t.end_time, t.start_time, ''-infinity'')'::text,'t.end_time is not null or t.status = ''failed'''::text)) w(what, relation, among, key, key_type, born, may_go)
   WHERE (w.what = ageing.what);
END;

CREATE OR REPLACE FUNCTION ops.uuid7_at (
  moment timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_milliseconds bigint := greatest(date_part('epoch', moment) * 1000, 0);
begin
  return rpad(lpad(to_hex(v_milliseconds), 12, '0') || '70008', 32, '0')::uuid;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.acknowledge (
  delivery_id bigint,
  signature   text,
  failed      text   DEFAULT NULL::text
)
  RETURNS TABLE (
    outcome   text,
    late      boolean,
    duplicate boolean
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_error text := case when failed is not null then left(coalesce(nullif(btrim(failed), ''), 'no reason given'), 2000) end;
  v_before outbox.deliveries;
begin
  -- Digests of both are compared, so that how long it takes says nothing about how much was right.
  if coalesce(
    sha256(convert_to(acknowledge.signature, 'UTF8')) <> sha256(convert_to(outbox.receipt_signature(acknowledge.delivery_id), 'UTF8')), true
  ) then
    return query select 'forged', false, false;
    return;
  end if;
  select d.* into v_before from outbox.deliveries d where d.id = acknowledge.delivery_id for no key update;
  if not found then
    return query select 'unknown', false, false;
    return;
  end if;

  -- Work that is done stays done. One that failed may still succeed, or fail for another reason.
  -- In whatever state the delivery is: a receiver may be quicker than our record of its answer.
  if v_before.processed_at is null then
    update outbox.deliveries d
    set processed_at = case when v_error is null then now() end, processing_error = v_error
    where d.id = v_before.id;
  end if;
  return query select
    case when v_error is null or v_before.processed_at is not null then 'processed' else 'failed' end,
    coalesce(coalesce(v_before.processed_at, now()) > v_before.receipt_due_at, false),
    v_before.processed_at is not null or (v_error is not null and v_before.processing_error is not null);
end
$function$;

CREATE OR REPLACE FUNCTION outbox.cancel (
  delivery_id bigint,
  reason      text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_delivery outbox.deliveries;
begin
  update outbox.deliveries d
  set status = 'cancelled', settled_at = now(), last_error = cancel.reason
  where d.id = cancel.delivery_id and d.status in ('pending', 'dead')
  returning d.* into v_delivery;
  if not found then
    raise exception 'delivery % is not waiting or dead', cancel.delivery_id
      using hint = 'A delivered one cannot be called off; one that is being sent settles by itself first.';
  end if;
  perform outbox.release_next(array[v_delivery.destination], array[v_delivery.id]);
end
$function$;

CREATE OR REPLACE FUNCTION outbox.capture_change()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_table text := tg_table_schema || '.' || tg_table_name;
  v_new jsonb;
  v_old jsonb;
  v_record jsonb;
  v_changed text[];
  v_details jsonb;
  v_key text;
  v_sequence bigint;
  v_route record;
begin
  if not exists (
    select 1 from outbox.routes r where r.table_name = v_table and r.enabled and tg_op = any (r.operations)
  ) then
    return null;
  end if;
  if tg_op <> 'DELETE' then v_new := to_jsonb(new); end if;
  if tg_op <> 'INSERT' then v_old := to_jsonb(old); end if;
  if tg_op = 'UPDATE' then
    select array_agg(n.key order by n.key) into v_changed
    from jsonb_each(v_new) n
    where n.key not in ('updated_at', 'as_of', 'as_of_event') and n.value is distinct from v_old -> n.key;
    if v_changed is null then
      return null;
    end if;
  end if;
  v_record := coalesce(v_new, v_old);

  for v_route in
    select r.message_type, array_agg(distinct r.destination order by r.destination) as destinations,
      coalesce(array_agg(distinct r.destination) filter (where r.latest_only), '{}') as latest_only
    from outbox.routes r
    where r.table_name = v_table
      and r.enabled
      and tg_op = any (r.operations)
      and (r.when_column is null or tg_op <> 'UPDATE' or r.when_column = any (v_changed))
      and (r.becomes is null or v_record ->> r.when_column = r.becomes)
      and (r.not_from is null or tg_op <> 'UPDATE' or (v_old ->> r.when_column) is null or v_old ->> r.when_column <> all (r.not_from))
    group by r.message_type
    order by min(r.id)
  loop
    if tg_nargs > 0 and v_details is null then
      execute format('select %s($1)', tg_argv[0]) into v_details using (v_record ->> 'id')::uuid;
    end if;
    v_sequence := nextval('outbox.message_sequence');
    v_key := tg_table_name || '/' || (v_record ->> 'id');
    perform outbox.write_message(
      v_route.message_type,
      v_key,
      json_build_object(
        'type', v_route.message_type,
        'timestamp', ops.iso_utc(now()),
        'data', v_record || coalesce(v_details, '{}'),
        'change', json_build_object(
          'table', tg_table_name,
          'operation', tg_op,
          'sequence', v_sequence,
          'columns', v_changed,
          'previous', (select jsonb_object_agg(c.name, v_old -> c.name) from unnest(v_changed) as c (name))
        )
      )::text,
      nullif(current_setting('signalbox.event_id', true), '')::uuid,
      v_route.destinations,
      v_sequence,
      v_route.latest_only
    );
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.changes (
  destination text,
  after       text,
  at_most     integer
)
  RETURNS TABLE (
    outcome  text,
    messages text,
    cursor   text,
    more     boolean
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_reader outbox.readers;
  v_from bigint;
  v_at bigint;
  v_receipts boolean;
  v_messages text[] := '{}';
  v_size bigint := 0;
  v_one record;
begin
  if after is not null and after !~ '^[0-9]{1,18}\.[0-9a-f]{12}$' then
    return query select 'malformed', null::text, null::text, null::boolean;
    return;
  end if;
  select d.receipts into v_receipts from outbox.destinations d where d.name = changes.destination;
  if not found then
    return query select 'unknown', null::text, null::text, null::boolean;
    return;
  end if;
  v_reader := outbox.fill_feed(changes.destination);
  v_from := coalesce(split_part(after, '.', 1)::bigint, v_reader.kept_after);
  v_at := v_from;

  if v_from < v_reader.kept_after or v_from > v_reader.position or (
    after is not null and exists (
      select 1
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = changes.destination and f.position = v_from and right(d.message_id::text, 12) <> split_part(after, '.', 2)
    )
  ) then
    return query select 'gone', null::text, outbox.cursor_at(changes.destination, v_reader.position), null::boolean;
    return;
  end if;

  for v_one in
    select f.position, f.delivery_id, m.id, m.type, m.payload, e.provider, e.body
    from outbox.feed f
    join outbox.deliveries d on d.id = f.delivery_id
    join outbox.messages m on m.id = d.message_id
    left join inbox.events e on e.id = m.event_id and m.payload is null
    where f.destination = changes.destination and f.position > v_from
    order by f.position
    limit changes.at_most
  loop
    v_size := v_size + octet_length(coalesce(v_one.payload, v_one.body));
    exit when v_size > 4000000 and v_at > v_from; -- what a function can hold; one always goes
    v_at := v_one.position;
    v_messages := v_messages || case
      when v_one.payload is null then
        json_build_object('id', 'msg_' || v_one.id, 'type', v_one.type, 'provider', v_one.provider, 'body', v_one.body)::text
      else
        -- Payloads are objects that we wrote ourselves: a member is added after the first brace, and nothing else is touched.
        format('{"id":"msg_%s",', v_one.id)
          || substr(case when v_receipts then outbox.with_receipt(v_one.payload, v_one.delivery_id) else v_one.payload end, 2)
    end;
  end loop;
  return query select
    'ok', '[' || array_to_string(v_messages, ',') || ']', outbox.cursor_at(changes.destination, v_at),
    -- The feed's end is not all there is when it could not be filled in one go: whoever asks again fills on.
    v_at < v_reader.position or exists (
      select 1 from outbox.deliveries d
      where d.destination = changes.destination and d.written_by >= v_reader.seen_until
        and not exists (select 1 from outbox.feed f where f.delivery_id = d.id)
    );
end
$function$;

CREATE OR REPLACE FUNCTION outbox.check_replay (
  destination text,
  filter      jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_known constant jsonb := '{
    "everything": "true", "types": "a list of types", "since": "a time", "until": "a time", "record_key": "a text",
    "message_ids": "a list of ids", "status": "a list of delivered, dead, cancelled", "from_destination": "a destination"
  }';
  v_adapter text;
  v_member record;
  v_fits boolean;
begin
  select d.adapter into v_adapter from outbox.destinations d where d.name = check_replay.destination;
  if v_adapter is null then
    raise exception 'there is no destination %', coalesce(check_replay.destination, '(null)') using hint = 'select name from outbox.destinations';
  end if;
  -- The other adapters take money, write to people, ask providers: a replay tells again, and never does again.
  if v_adapter <> all ('{webhook,make,stripe}') then
    raise exception 'nothing is replayed to %: its adapter % does the work itself', check_replay.destination, v_adapter
      using hint = 'Bring single deliveries back with outbox.retry(<delivery id>).';
  end if;
  if jsonb_typeof(filter) is distinct from 'object' or filter = '{}' then
    raise exception 'an empty filter replays nothing' using errcode = '22023', hint = 'To mean all messages, say {"everything": true}.';
  end if;

  for v_member in select f.key, f.value from jsonb_each(filter) f loop
    if not v_known ? v_member.key then
      raise exception 'there is no filter %', v_member.key
        using errcode = '22023', hint = 'Known: ' || (select string_agg(k, ', ') from jsonb_object_keys(v_known) k) || '.';
    end if;
    begin
      v_fits := case
        when v_member.key = 'everything' then v_member.value = 'true'
        when v_member.key in ('types', 'message_ids', 'status') then
          jsonb_typeof(v_member.value) = 'array' and v_member.value <> '[]'
          and not exists (select 1 from jsonb_array_elements(v_member.value) e where jsonb_typeof(e.value) <> 'string')
          and case v_member.key
            when 'message_ids' then (select count(replace(e.value, 'msg_', '')::uuid) from jsonb_array_elements_text(v_member.value) e (value)) > 0
            when 'status' then v_member.value <@ '["delivered", "dead", "cancelled"]'
            else true
          end
        when jsonb_typeof(v_member.value) <> 'string' then false
        when v_member.key in ('since', 'until') then (v_member.value #>> '{}')::timestamptz is not null
        when v_member.key = 'from_destination' then exists (select 1 from outbox.destinations d where d.name = v_member.value #>> '{}')
        else true
      end;
    exception when data_exception then
      v_fits := false;
    end;
    if not v_fits then
      raise exception 'the filter % cannot be %', v_member.key, v_member.value
        using errcode = '22023', hint = format('It takes %s.', v_known ->> v_member.key);
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.claim (
  courier uuid,
  at_most integer
)
  RETURNS TABLE (
    delivery_id bigint,
    attempt     integer,
    message_id  uuid,
    type        text,
    destination text,
    adapter     text,
    url         text,
    timeout_ms  integer,
    provider    text,
    body        text,
    replay_id   bigint
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  SET enable_seqscan TO 'off'
  SET enable_bitmapscan TO 'off'
  SET enable_hashjoin TO 'off'
  SET enable_mergejoin TO 'off'
  AS $function$
#variable_conflict use_column
declare
  v_destination outbox.destinations;
  v_tokens numeric;
  v_room integer;
  v_claimed integer;
  v_rate numeric;
  v_now timestamptz := clock_timestamp();
begin
  -- A claim that a crash of the server forgets is claimed again: a second sending, under the same id, at worst.
  perform set_config('synchronous_commit', 'off', true);
  update outbox.couriers c set awake_until = v_now + interval '5 seconds', ended_at = null where c.id = claim.courier;

  for v_destination in
    select d.* from outbox.destinations d
    where d.name in (select outbox.due())
    order by d.name
    for no key update skip locked -- another courier is claiming for it this very moment
  loop
    update outbox.deliveries x
    -- By the schedule: one that ends its courier each time must not do so for ever.
    set status = case when outbox.retry_delay(x.attempts - x.attempts_before) is null then 'dead' else 'pending' end::outbox.delivery_status,
        settled_at = case when outbox.retry_delay(x.attempts - x.attempts_before) is null then v_now end,
        next_attempt_at = coalesce(x.lease_until + outbox.retry_delay(x.attempts - x.attempts_before), x.next_attempt_at),
        lease_until = null,
        courier = null,
        last_error = 'The courier that had it ended without a word; it may or may not have arrived.'
    where x.id in (
      select y.id from outbox.deliveries y
      where y.destination = v_destination.name and y.status = 'sending' and y.lease_until < v_now
      for no key update skip locked -- whoever holds it is just recording it
    );

    v_rate := outbox.rate_of(v_destination);
    v_tokens := least(
      greatest(v_rate, 1),
      v_destination.tokens + v_rate * date_part('epoch', v_now - v_destination.tokens_at)::numeric
    );
    select least(
      claim.at_most,
      floor(v_tokens)::integer,
      -- An open breaker lets a single probe through.
      case when v_destination.opened_at is null then v_destination.max_in_flight else 1 end - count(*)::integer
    ) into v_room
    from outbox.deliveries x
    where x.destination = v_destination.name and x.status = 'sending';
    continue when v_room <= 0;

    return query
      with chosen as (
        select x.id
        from outbox.deliveries x
        where x.destination = v_destination.name
          and x.status = 'pending'
          and x.next_attempt_at <= v_now
          -- The first of its record that is unsettled. A subquery, not a join: it is always one probe of deliveries_in_order.
          and x.id = (
            select earlier.id
            from outbox.deliveries earlier
            where earlier.destination = x.destination and earlier.record_key = x.record_key and earlier.status in ('pending', 'sending')
            order by earlier.id
            limit 1
          )
        order by x.next_attempt_at, x.id
        limit v_room
        for update skip locked
      ), taken as (
        update outbox.deliveries x
        set status = 'sending',
            attempts = x.attempts + 1,
            courier = claim.courier,
            lease_until = v_now + make_interval(secs => v_destination.timeout_ms / 1000.0 + 30)
        from chosen
        where x.id = chosen.id
        returning x.id, x.attempts, x.message_id
      )
      select t.id, t.attempts, m.id, m.type, v_destination.name, v_destination.adapter, v_destination.url, v_destination.timeout_ms,
        e.provider,
        case
          when m.payload is null then e.body
          when v_destination.receipts then outbox.with_receipt(m.payload, t.id)
          else m.payload
        end,
        m.replay_id
      from taken t
      join outbox.messages m on m.id = t.message_id
      left join inbox.events e on e.id = m.event_id and m.payload is null
      order by t.id;
    get diagnostics v_claimed = row_count;

    if v_claimed < v_room then
      -- What is left waits behind its record's earlier delivery, and as long as that: it must not look due meanwhile,
      -- or couriers would never rest. outbox.record brings it forward.
      update outbox.deliveries x
      set next_attempt_at = blocked.until
      from (
        select y.id, earlier.next_attempt_at as until
        from outbox.deliveries y
        join outbox.deliveries earlier
          on earlier.destination = y.destination and earlier.record_key = y.record_key and earlier.id < y.id
        where y.destination = v_destination.name
          and y.status = 'pending'
          and y.next_attempt_at <= v_now
          and earlier.status = 'pending'
          and earlier.next_attempt_at > v_now
        for no key update skip locked -- a change that is just calling one off (latest_only) is not waited for: it may wait for us
      ) blocked
      where x.id = blocked.id;
    end if;
    if v_claimed > 0 then
      update outbox.destinations d set tokens = v_tokens - v_claimed, tokens_at = v_now where d.name = v_destination.name;
      update outbox.couriers c set claimed = c.claimed + v_claimed where c.id = claim.courier;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.cursor_at (
  destination text,
  place       bigint
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  -- The end of the message's id tells a feed from one that was restored to an earlier day and went on differently.
  return place || '.' || coalesce(
    (
      select right(d.message_id::text, 12)
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = cursor_at.destination and f.position = place
    ),
    repeat('0', 12)
  );
end
$function$;

CREATE OR REPLACE FUNCTION outbox.end_rotation (
  destination text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_name text := 'signalbox_' || end_rotation.destination || '_signing';
  v_next uuid := (select s.id from vault.secrets s where s.name = v_name || '_next');
begin
  if v_next is null then
    raise exception 'no rotation of % is under way', end_rotation.destination
      using hint = format('select outbox.rotate_secret(%L) begins one.', end_rotation.destination);
  end if;
  delete from vault.secrets s where s.name = v_name;
  perform vault.update_secret(v_next, new_name => v_name);
end
$function$;

CREATE OR REPLACE FUNCTION outbox.fill_feed (
  destination text,
  at_most     integer DEFAULT 20000
)
  RETURNS outbox.readers
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_reader outbox.readers;
  v_seen_until xid8;
  v_found integer;
begin
  insert into outbox.readers (destination) values (fill_feed.destination) on conflict do nothing;
  select r.* into v_reader from outbox.readers r where r.destination = fill_feed.destination for update;
  if v_reader.server_started_at <> pg_postmaster_start_time() then
    v_reader.seen_until := '0';
  end if;
  -- Before the search, whose snapshot is a later one: what had ended by now, it sees.
  v_seen_until := pg_snapshot_xmin(pg_current_snapshot());

  insert into outbox.feed (destination, position, delivery_id)
  select fill_feed.destination, v_reader.position + row_number() over (order by m.sequence, d.id), d.id
  from outbox.deliveries d
  join outbox.messages m on m.id = d.message_id
  where d.destination = fill_feed.destination
    and d.written_by >= v_reader.seen_until
    and not exists (select 1 from outbox.feed f where f.delivery_id = d.id)
  order by m.sequence, d.id
  limit fill_feed.at_most;
  get diagnostics v_found = row_count;

  -- There may be more than at_most (the first time): then the next search begins where this one did.
  if v_found = fill_feed.at_most then
    v_seen_until := v_reader.seen_until;
  end if;
  update outbox.readers r
  set position = r.position + v_found, seen_until = v_seen_until, server_started_at = pg_postmaster_start_time()
  where r.destination = fill_feed.destination
  returning r.* into v_reader;
  return v_reader;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.note_health (
  destination   text,
  delivered     integer,
  failed        integer,
  reason        text,
  asked_to_wait interval
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_destination outbox.destinations;
  v_failures integer;
begin
  select d.* into v_destination from outbox.destinations d where d.name = note_health.destination for no key update;
  if delivered > 0 then
    if v_destination.opened_at is not null then
      -- What failed while it was down need not wait for its own time any more, and goes before what is younger.
      update outbox.deliveries x set next_attempt_at = x.created_at
      where x.id in (
        select y.id from outbox.deliveries y
        where y.destination = v_destination.name and y.status = 'pending' and y.attempts > y.attempts_before
        for no key update skip locked -- a change is just calling it off (latest_only)
      );
    end if;
    update outbox.destinations d
    set failures = 0,
        opened_at = null,
        recovering_since = case when d.opened_at is not null then clock_timestamp() else d.recovering_since end,
        held_until = case when d.opened_at is null then d.held_until end,
        held_reason = case when d.opened_at is null then d.held_reason end
    where d.name = v_destination.name and (d.failures > 0 or d.opened_at is not null);
  -- While an open breaker holds, what fails is no probe: it was under way before.
  elsif failed > 0 and not (v_destination.opened_at is not null and coalesce(v_destination.held_until > clock_timestamp(), false)) then
    v_failures := case
      when v_destination.opened_at is not null then v_destination.failures + 1
      -- All that was in flight fails together: that opens it, and doubles no wait.
      else least(v_destination.failures + failed, v_destination.breaker_after)
    end;
    update outbox.destinations d
    set failures = v_failures,
        opened_at = case when v_failures >= d.breaker_after then coalesce(d.opened_at, clock_timestamp()) end,
        held_until = case
          when v_failures >= d.breaker_after then clock_timestamp() + least(interval '10 seconds' * (2 ^ least(v_failures - d.breaker_after, 10)), interval '5 minutes')
          else d.held_until
        end,
        held_reason = case
          when v_failures >= d.breaker_after then format('Its breaker is open: %s attempts in a row failed. %s', v_failures, note_health.reason)
          else d.held_reason
        end
    where d.name = v_destination.name;
  end if;
  if asked_to_wait > interval '0' then
    update outbox.destinations d
    set held_until = greatest(d.held_until, clock_timestamp() + least(asked_to_wait, interval '5 minutes')),
        held_reason = case when d.held_until > clock_timestamp() then d.held_reason else 'It asked for a pause (429).' end
    where d.name = v_destination.name;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.preview_replay (
  destination text,
  filter      jsonb
)
  RETURNS TABLE (
    count  bigint,
    oldest timestamp with time zone,
    newest timestamp with time zone,
    sample jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform outbox.check_replay(destination, filter);
  return query
    with chosen as materialized (
      select r.message_id, r.type, r.record_key, r.created_at, r.sequence from outbox.to_replay(preview_replay.destination, preview_replay.filter) r
    )
    select pg_catalog.count(*), min(c.created_at), max(c.created_at), (
      select jsonb_agg(to_jsonb(s) - 'sequence' order by s.sequence)
      from (select x.* from chosen x order by x.sequence limit 5) s
    )
    from chosen c;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.rate_of (
  destination outbox.destinations
)
  RETURNS numeric
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_recovering double precision := date_part('epoch', clock_timestamp() - destination.recovering_since);
begin
  if v_recovering < 60 then
    -- What has just come back is not to be knocked over by all that waited for it.
    return destination.max_per_second * greatest(0.1, v_recovering / 60)::numeric;
  end if;
  return destination.max_per_second;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.receipt_signature (
  delivery_id bigint
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select encode(extensions.hmac('receipt.' || receipt_signature.delivery_id, s.decrypted_secret, 'sha256'), 'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_receipts'
  );
end
$function$;

CREATE OR REPLACE FUNCTION outbox.receipt_url (
  delivery_id bigint
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select s.functions_url || '/receipt?delivery=' || receipt_url.delivery_id || '&signature=' || outbox.receipt_signature(receipt_url.delivery_id)
    from outbox.settings s
  );
end
$function$;

CREATE OR REPLACE FUNCTION outbox.record (
  courier uuid,
  results jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_destinations text[];
  v_held_up text[];
begin
  -- What a crash of the server forgets is sent again, under the same id.
  perform set_config('synchronous_commit', 'off', true);

  with given as materialized (
    select d.id, d.destination, d.record_key, r.attempt, r.outcome, r.started_at, r.duration_ms, r.status_code, r.error, r.response_body,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  ), logged as (
    insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, courier)
    select g.id, g.attempt, g.started_at, g.duration_ms, g.status_code, g.error, g.response_body, record.courier
    from given g
    where g.outcome <> 'unsent'
    on conflict on constraint an_attempt_is_recorded_once do nothing
  ), delivered as (
    update outbox.deliveries d
    set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = g.status_code, last_error = null,
        receipt_due_at = case when t.receipts then now() + t.receipt_within end
    from given g
    join outbox.destinations t on t.name = g.destination
    where d.id = g.id and g.current and g.outcome = 'delivered'
    returning 1
  )
  select array_agg(distinct g.destination) into v_destinations from given g;

  -- Nearly always everything was delivered, and nothing below has anything to do.
  if results @? '$[*] ? (!(@.outcome == "delivered"))' then
    perform outbox.record_troubles(record.courier, results);
  end if;
  if results @? '$[*] ? (@.outcome == "retry")'
    or exists (select 1 from outbox.destinations t where t.name = any (v_destinations) and (t.failures > 0 or t.opened_at is not null)) then
    perform outbox.record_health(results);
  end if;
  select array_agg(d.name) into v_held_up
  from unnest(v_destinations) as d (name)
  where exists (select 1 from outbox.deliveries x where x.destination = d.name and x.status = 'pending' and x.next_attempt_at > clock_timestamp());
  if v_held_up is not null then
    perform outbox.release_next(v_held_up, array(select r.delivery_id from jsonb_to_recordset(results) as r (delivery_id bigint)));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.record_health (
  results jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select d.destination,
      count(*) filter (where r.outcome in ('delivered', 'refused', 'cancelled'))::integer as delivered,
      count(*) filter (where r.outcome = 'retry' and r.status_code is distinct from 429)::integer as failed,
      (array_agg(r.error order by d.id desc) filter (where r.outcome = 'retry'))[1] as reason,
      max(make_interval(secs => greatest(coalesce(r.retry_after_ms, 0), 1000) / 1000.0)) filter (where r.status_code = 429) as asked_to_wait
    from jsonb_to_recordset(results) as r (delivery_id bigint, outcome text, status_code integer, error text, retry_after_ms bigint)
    join outbox.deliveries d on d.id = r.delivery_id
    group by d.destination
    order by d.destination
  loop
    -- In the common case there is nothing to note, and no row that all couriers would queue for.
    if v.failed > 0 or v.asked_to_wait is not null
      or exists (select 1 from outbox.destinations t where t.name = v.destination and (t.failures > 0 or t.opened_at is not null)) then
      perform outbox.note_health(v.destination, v.delivered, v.failed, v.reason, v.asked_to_wait);
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.record_troubles (
  courier uuid,
  results jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.attempts, d.attempts_before
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, status_code integer, error text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    where r.outcome is distinct from 'delivered'
      -- Else its lease ran out and another courier has it: the log keeps the attempt, the state is theirs.
      and d.status = 'sending' and d.courier = record_troubles.courier and d.attempts = r.attempt
    order by d.id
  loop
    case v.outcome
      when 'cancelled', 'refused' then
        update outbox.deliveries d
        set status = case v.outcome when 'cancelled' then 'cancelled' else 'dead' end::outbox.delivery_status,
            settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing left this house (no address, no secret): it does not use up an attempt, and the destination waits.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1, last_error = v.error
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause holds, and never drops: even after the last try.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay, least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = v.error
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.release_next (
  destinations text[],
  settled      bigint[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
begin
  update outbox.deliveries d
  set next_attempt_at = d.created_at -- its old place in the queue
  from (
    select distinct s.destination, s.record_key
    from outbox.deliveries s
    where s.id = any (settled) and s.destination = any (destinations)
  ) k
  cross join lateral (
    select x.id
    from outbox.deliveries x
    where x.destination = k.destination and x.record_key = k.record_key and x.status in ('pending', 'sending')
    order by x.id
    limit 1
  ) first
  cross join lateral (
    -- One that a change is just taking out of the way (latest_only) needs no release.
    select x.id from outbox.deliveries x
    where x.id = first.id
      and x.next_attempt_at > clock_timestamp()
      and x.attempts = x.attempts_before -- not one that failed and waits for its own time
    for no key update skip locked
  ) waiting
  where d.id = waiting.id;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.replay (
  destination text,
  filter      jsonb,
  reason      text
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_most constant integer := 10000;
  v_messages uuid[];
  v_count integer;
  v_pace numeric;
  v_replay bigint;
begin
  perform outbox.check_replay(destination, filter);
  if coalesce(btrim(reason), '') = '' then
    raise exception 'a replay needs a reason' using errcode = '22023', hint = 'Say for whom, and why: it is kept in outbox.replays.';
  end if;
  select array_agg(r.message_id order by r.sequence, r.message_id), count(*) into v_messages, v_count
  from outbox.to_replay(replay.destination, replay.filter) r;
  if v_count = 0 then
    raise exception 'no message to % fits this filter', replay.destination
      using hint = 'outbox.preview_replay takes the same filter. What still waits there is not replayed; outbox.resume and outbox.retry help with that.';
  elsif v_count > v_most then
    raise exception '% messages fit this filter; at most % are replayed at once', v_count, v_most
      using hint = 'Narrow it with since and until, and replay one part after the other, oldest first.';
  end if;

  insert into outbox.replays (destination, filter, reason, message_count)
  values (replay.destination, replay.filter, replay.reason, v_count)
  returning id into v_replay;

  -- Half of the destination's rate is left for what happens meanwhile.
  select greatest(d.max_per_second / 2, 0.5) into v_pace from outbox.destinations d where d.name = replay.destination;

  with originals as materialized (
    select ops.uuid7() as copy_id, m.sequence, m.type, m.record_key, m.event_id, m.payload, o.position
    from unnest(v_messages) with ordinality as o (id, position)
    join outbox.messages m on m.id = o.id
  ), copies as (
    -- The original's sequence too: of two messages about one record, the higher is still the newer.
    insert into outbox.messages (id, sequence, type, record_key, event_id, payload, replay_id)
    select o.copy_id, o.sequence, o.type, o.record_key, o.event_id, o.payload, v_replay from originals o
  )
  insert into outbox.deliveries (message_id, destination, record_key, next_attempt_at)
  select o.copy_id, replay.destination, o.record_key, now() + make_interval(secs => floor((o.position - 1) / v_pace)::double precision)
  from originals o
  order by o.position;
  return v_replay;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.resume (
  destination text
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update outbox.destinations d
  set paused_at = null, paused_reason = null, held_until = null, held_reason = null, failures = 0, opened_at = null,
      recovering_since = clock_timestamp()
  where d.name = resume.destination;
  if not found then
    raise exception 'there is no destination %', resume.destination using hint = 'select name from outbox.destinations';
  end if;
  perform outbox.ring_if_due();
  return (select count(*) from outbox.deliveries x where x.destination = resume.destination and x.status = 'pending');
end
$function$;

CREATE OR REPLACE FUNCTION outbox.rotate_secret (
  destination text,
  secret      text DEFAULT NULL::text
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_name text := 'signalbox_' || rotate_secret.destination || '_signing';
  v_secret text := coalesce(rotate_secret.secret, 'whsec_' || translate(encode(extensions.gen_random_bytes(32), 'base64'), e'\n', ''));
  v_adapter text;
  v_form text;
begin
  select d.adapter into v_adapter from outbox.destinations d where d.name = rotate_secret.destination for no key update;
  if not found then
    raise exception 'there is no destination %', rotate_secret.destination using hint = 'select name from outbox.destinations';
  end if;
  v_form := case v_adapter
    when 'stripe' then '^\S{16,}$' -- its scheme takes any text
    else '^(whsec_[A-Za-z0-9+/]{32,86}={0,2}|whsk_([A-Za-z0-9+/]{43}=?|[A-Za-z0-9+/]{86}(==)?))$'
  end;
  if v_secret !~ v_form then
    raise exception 'this is no signing secret'
      using hint = 'whsec_ and the base64 of 24 to 64 random bytes, or whsk_ and that of an Ed25519 key; for the adapter stripe 16 characters or more without a blank. Or give none: one is made.';
  end if;
  if exists (select 1 from vault.secrets s where s.name = v_name || '_next') then
    raise exception 'a rotation of % is under way', rotate_secret.destination
      using hint = format('When the receiver knows the new secret: select outbox.end_rotation(%L). Then rotate again.', rotate_secret.destination);
  end if;
  if v_secret in (select outbox.secrets_of(rotate_secret.destination)) then
    raise exception 'this is the secret that % has already', rotate_secret.destination using hint = 'Give another, or none: one is made.';
  end if;
  perform vault.create_secret(
    v_secret,
    case when exists (select 1 from vault.secrets s where s.name = v_name) then v_name || '_next' else v_name end,
    format('Signs the messages to %s. outbox.rotate_secret replaces it.', rotate_secret.destination)
  );
  return v_secret;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.secrets_of (
  destination text
)
  RETURNS SETOF text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
    select s.decrypted_secret
    from vault.decrypted_secrets s
    where s.name in ('signalbox_' || secrets_of.destination || '_signing', 'signalbox_' || secrets_of.destination || '_signing_next')
    order by s.name;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.to_replay (
  destination text,
  filter      jsonb
)
  RETURNS TABLE (
    message_id uuid,
    sequence   bigint,
    type       text,
    record_key text,
    created_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
#variable_conflict use_column
declare
  v_since timestamptz := coalesce(filter ->> 'since', '-infinity');
  v_until timestamptz := coalesce(filter ->> 'until', 'infinity');
  v_from uuid := case when filter ? 'since' then ops.uuid7_at(v_since) end;
  v_types text[] := (select array_agg(e.value) from jsonb_array_elements_text(filter -> 'types') e (value));
  v_ids uuid[] := (select array_agg(replace(e.value, 'msg_', '')::uuid) from jsonb_array_elements_text(filter -> 'message_ids') e (value));
  v_status outbox.delivery_status[] := (select array_agg(e.value::outbox.delivery_status) from jsonb_array_elements_text(filter -> 'status') e (value));
  v_record_key text := filter ->> 'record_key';
  v_source text := filter ->> 'from_destination';
begin
  return query
    select m.id, m.sequence, m.type, m.record_key, m.created_at
    from outbox.messages m
    left join outbox.deliveries own on own.message_id = m.id and own.destination = to_replay.destination
    left join outbox.deliveries source on source.message_id = m.id and source.destination = coalesce(v_source, to_replay.destination)
    where (v_from is null or m.id >= v_from) -- ids are in order of time
      and m.created_at >= v_since
      and m.created_at < v_until
      and (v_ids is null or m.id = any (v_ids))
      and (v_types is null or m.type = any (v_types))
      and (v_record_key is null or m.record_key = v_record_key)
      -- A copy is sent once more only by its name; else each replay would double the next.
      and (m.replay_id is null or v_ids is not null)
      -- What waits comes anyway. What was called off stays so, unless it is asked for.
      and (own.status is null or own.status not in ('pending', 'sending'))
      and (own.status is distinct from 'cancelled' or v_ids is not null or 'cancelled' = any (v_status))
      and case
        when v_status is not null then source.status = any (v_status)
        when v_source is not null then source.id is not null
        else own.id is not null or exists (
          select 1 from outbox.routes r
          where r.destination = to_replay.destination and r.enabled
            and case
              when m.payload is null then r.provider = split_part(m.record_key, '/', 1) and m.type = any (r.event_types)
              else r.message_type = m.type
            end
        )
      end;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.trim_feed()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_reader outbox.readers;
  v_in_feed bigint;
  v_last bigint;
begin
  if not exists (select 1 from outbox.readers) then
    return null;
  end if;
  for v_reader in
    select r.* from outbox.readers r where r.destination in (select g.destination from gone g) order by r.destination for update
  loop
    with taken_out as (
      delete from outbox.feed f using gone g
      where f.delivery_id = g.id and f.destination = v_reader.destination
      returning f.position
    )
    select count(*), max(t.position) into v_in_feed, v_last from taken_out t;
    -- What nobody has seen yet is lost too: a place is left for it, which every cursor comes before.
    if v_in_feed < (select count(*) from gone g where g.destination = v_reader.destination) then
      v_reader.position := v_reader.position + 1;
      v_last := v_reader.position;
    end if;
    update outbox.readers r
    set position = v_reader.position, kept_after = greatest(r.kept_after, v_last)
    where r.destination = v_reader.destination;
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.turn (
  courier uuid,
  results jsonb,
  at_most integer
)
  RETURNS TABLE (
    delivery_id bigint,
    attempt     integer,
    message_id  uuid,
    type        text,
    destination text,
    adapter     text,
    url         text,
    timeout_ms  integer,
    provider    text,
    body        text,
    replay_id   bigint
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if jsonb_array_length(results) > 0 then
    perform outbox.record(turn.courier, turn.results);
  end if;
  if at_most > 0 then
    return query select * from outbox.claim(turn.courier, turn.at_most);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.with_receipt (
  payload     text,
  delivery_id bigint
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_url text := outbox.receipt_url(with_receipt.delivery_id);
begin
  -- Payloads are objects that we wrote ourselves: a member is added before the last brace, and nothing else is touched.
  return case when v_url is null then payload else left(payload, -1) || ',"receipt_url":' || to_json(v_url) || '}' end;
end
$function$;

CREATE OR REPLACE FUNCTION outbox.write_message (
  type         text,
  record_key   text,
  payload      text,
  event_id     uuid,
  destinations text[],
  sequence     bigint DEFAULT nextval('outbox.message_sequence'::regclass),
  latest_only  text[] DEFAULT '{}'::text[]
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_id uuid := ops.uuid7();
  v_called_off bigint[];
begin
  insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
  values (v_id, write_message.sequence, write_message.type, write_message.record_key, write_message.payload, write_message.event_id);
  if cardinality(write_message.latest_only) > 0 then
    with called_off as (
      update outbox.deliveries d
      set status = 'cancelled', settled_at = now(), last_error = 'A newer state of the same record goes instead.'
      from outbox.messages m
      where m.id = d.message_id
        and m.type = write_message.type
        and d.destination = any (write_message.latest_only)
        and d.record_key = write_message.record_key
        and d.status = 'pending'
      returning d.id
    )
    select array_agg(c.id) into v_called_off from called_off c;
    if v_called_off is not null then
      -- What waited behind them waits for them no more.
      perform outbox.release_next(write_message.latest_only, v_called_off);
    end if;
  end if;
  insert into outbox.deliveries (message_id, destination, record_key)
  select v_id, d.name, write_message.record_key from unnest(write_message.destinations) as d (name);
  return v_id;
end
$function$;

ALTER TABLE "outbox"."deliveries"
  ADD CONSTRAINT "what_is_processed_did_not_fail" CHECK (((processed_at IS NULL) OR (processing_error IS NULL)));

ALTER TABLE "outbox"."destinations"
  ADD CONSTRAINT "a_breaker_takes_some_failures" CHECK ((breaker_after > 0));

ALTER TABLE "outbox"."destinations"
  ADD CONSTRAINT "a_receipt_is_given_some_time" CHECK ((receipt_within > '00:00:00'::interval));

ALTER TABLE "outbox"."destinations"
  ADD CONSTRAINT "failures_are_counted_up" CHECK ((failures >= 0));

ALTER TABLE "outbox"."readers"
  ADD CONSTRAINT "a_reader_is_a_destination" FOREIGN KEY (destination) REFERENCES outbox.destinations(name) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE "outbox"."feed"
  ADD CONSTRAINT "a_feed_has_a_reader" FOREIGN KEY (destination) REFERENCES outbox.readers(destination) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE "outbox"."messages"
  ADD CONSTRAINT "a_copy_belongs_to_a_replay" FOREIGN KEY (replay_id) REFERENCES outbox.replays(id);

ALTER TABLE "outbox"."routes"
  ADD CONSTRAINT "latest_only_is_of_a_table" CHECK (((NOT latest_only) OR (table_name IS NOT NULL)));

CREATE VIEW "ops"."attention" WITH (security_invoker=on) AS  SELECT 'event failed'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE (e.status = ANY (ARRAY['failed'::inbox.event_status, 'dead'::inbox.event_status]))
UNION ALL
 SELECT 'event parked for over an hour'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE ((e.status = 'parked'::inbox.event_status) AND (e.received_at < (now() - '01:00:00'::interval)))
UNION ALL
 SELECT 'event never confirmed'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE ((e.trust = 'unconfirmed'::inbox.event_trust) AND (e.status = 'ignored'::inbox.event_status) AND ((e.next_attempt_at IS NULL) OR (e.received_at < (now() - '01:00:00'::interval))))
UNION ALL
 SELECT 'reconciliation incomplete for over an hour'::text AS what,
    (r.id)::text AS id,
    r.provider AS which,
    r.remark AS why,
    r.started_at AS since,
    format('select inbox.reconcile(%L)'::text, r.provider) AS remedy
   FROM inbox.reconciliations r
  WHERE ((r.completed_at IS NULL) AND (r.started_at < (now() - '01:00:00'::interval)) AND (NOT (EXISTS ( SELECT 1
           FROM inbox.reconciliations later
          WHERE ((later.provider = r.provider) AND (later.completed_at > r.started_at))))))
UNION ALL
 SELECT 'payment needs review'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    p.review_reason AS why,
    p.created_at AS since,
        CASE
            WHEN (p.review_reason ~~ '%accept_payment%'::text) THEN format('select commerce.accept_payment(%L)'::text, p.id)
            ELSE format('select commerce.close_review(%L)'::text, p.id)
        END AS remedy
   FROM public.payments p
  WHERE p.needs_review
UNION ALL
 SELECT 'order needs attention'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    o.attention_reason AS why,
    o.created_at AS since,
    format('select commerce.settle_order(%L, without_stock => true)'::text, o.id) AS remedy
   FROM public.orders o
  WHERE (o.status = 'needs_attention'::public.order_status)
UNION ALL
 SELECT 'delivery dead'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    d.last_error AS why,
    d.settled_at AS since,
    format('select outbox.retry(%s)'::text, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE (d.status = 'dead'::outbox.delivery_status)
UNION ALL
 SELECT 'work failed at the receiver'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    d.processing_error AS why,
    COALESCE(d.settled_at, d.created_at) AS since,
    format('select outbox.replay(%L, %L, %L), outbox.acknowledge(%s, outbox.receipt_signature(%s))'::text, d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), 'the work failed there', d.id, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE ((d.processing_error IS NOT NULL) AND (d.processed_at IS NULL))
UNION ALL
 SELECT 'receipt overdue'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    'It was delivered, and nobody has said that the work is done.'::text AS why,
    d.receipt_due_at AS since,
    format('select outbox.acknowledge(%s, outbox.receipt_signature(%s))'::text, d.id, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE ((d.receipt_due_at < now()) AND (d.processed_at IS NULL) AND (d.processing_error IS NULL))
UNION ALL
 SELECT 'destination paused'::text AS what,
    t.name AS id,
    t.name AS which,
    t.paused_reason AS why,
    t.paused_at AS since,
    format('select outbox.resume(%L)'::text, t.name) AS remedy
   FROM outbox.destinations t
  WHERE (t.paused_at IS NOT NULL)
UNION ALL
 SELECT 'destination held'::text AS what,
    t.name AS id,
    t.name AS which,
    t.held_reason AS why,
    t.held_until AS since,
    'goes on by itself; see why'::text AS remedy
   FROM outbox.destinations t
  WHERE (t.held_until > now());

CREATE INDEX events_to_confirm ON inbox.events USING btree (next_attempt_at)
  WHERE ((trust = 'unconfirmed'::inbox.event_trust) AND (next_attempt_at IS NOT NULL));

CREATE INDEX rejections_by_minute ON inbox.rejections USING btree (minute);

CREATE INDEX deliveries_by_writer ON outbox.deliveries USING btree (destination, written_by);

CREATE INDEX deliveries_due ON outbox.deliveries USING btree (destination, next_attempt_at, id)
  WHERE (status = 'pending'::outbox.delivery_status);

CREATE INDEX deliveries_unprocessed ON outbox.deliveries USING btree (receipt_due_at)
  WHERE ((processed_at IS NULL) AND ((receipt_due_at IS NOT NULL) OR (processing_error IS NOT NULL)));

CREATE INDEX messages_by_replay ON outbox.messages USING btree (replay_id)
  WHERE (replay_id IS NOT NULL);

CREATE TRIGGER trim_the_feed
  AFTER DELETE ON outbox.deliveries REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT
  EXECUTE FUNCTION outbox.trim_feed();

COMMENT ON COLUMN "ops"."retention"."keep" IS 'Null: for good.';

COMMENT ON COLUMN "ops"."retention"."reached" IS 'Up to which id ops.age_out has looked; what must stay behind it is not looked at again before the next day.';

COMMENT ON COLUMN "ops"."retention"."walk_began_at" IS 'When it last began with the oldest.';

COMMENT ON COLUMN "outbox"."deliveries"."processed_at" IS 'When the receiver said that the work is done.';

COMMENT ON COLUMN "outbox"."deliveries"."processing_error" IS 'Why the work failed, in the receiver''s words. Gone once it says that the work is done.';

COMMENT ON COLUMN "outbox"."deliveries"."receipt_due_at" IS 'Delivered, and the receiver should have said by then that the work is done. Null: it gives no receipts.';

COMMENT ON COLUMN "outbox"."deliveries"."written_by" IS 'The transaction that wrote it: how outbox.fill_feed finds what was committed since it last looked.';

COMMENT ON COLUMN "outbox"."destinations"."breaker_after" IS 'After so many failed attempts in a row its breaker opens. Null: it has none.';

COMMENT ON COLUMN "outbox"."destinations"."failures" IS 'Attempts in a row that failed, over all couriers: up to breaker_after, and then each failed probe. A success sets it back.';

COMMENT ON COLUMN "outbox"."destinations"."opened_at" IS 'Set: the breaker is open. Nothing is sent but a single probe each time held_until has passed; everything is kept. The first success closes it.';

COMMENT ON COLUMN "outbox"."destinations"."receipt_within" IS 'How long that may take from when it took the message; later, or never, is shown in ops.attention.';

COMMENT ON COLUMN "outbox"."destinations"."receipts" IS 'Whether each message carries a receipt_url, which the receiver calls when it has really done the work (functions/receipt).';

COMMENT ON COLUMN "outbox"."destinations"."recovering_since" IS 'When the breaker closed: for a minute its rate grows back to max_per_second.';

COMMENT ON COLUMN "outbox"."feed"."delivery_id" IS 'No foreign key, which would make readers wait for couriers: outbox.trim_feed does what it would.';

COMMENT ON COLUMN "outbox"."feed"."position" IS 'Counts up; what is not kept any more leaves gaps.';

COMMENT ON COLUMN "outbox"."messages"."replay_id" IS 'Set: a copy that outbox.replay made of an earlier message, with an id of its own and all else the same. The receiver is told in the header webhook-replay.';

COMMENT ON COLUMN "outbox"."readers"."kept_after" IS 'Up to here some messages are not kept any more: a reader that has not come so far has lost them.';

COMMENT ON COLUMN "outbox"."readers"."position" IS 'Of the last message in its feed.';

COMMENT ON COLUMN "outbox"."readers"."seen_until" IS 'All transactions before this one had ended when the feed was last filled: it holds what they wrote.';

COMMENT ON COLUMN "outbox"."readers"."server_started_at" IS 'Of the server that seen_until is about: another one (a restored dump) counts transactions anew.';

COMMENT ON COLUMN "outbox"."replays"."destination" IS 'By the name it had then.';

COMMENT ON COLUMN "outbox"."replays"."filter" IS 'Which messages, as outbox.replay was told.';

COMMENT ON COLUMN "outbox"."routes"."latest_only" IS 'Only the newest state matters: a message that waits is called off when a newer one of its type about the same record comes.';

COMMENT ON FUNCTION "ops"."age_out"(text, integer) IS 'Removes what is kept no longer (ops.retention), oldest first, looking at no more than so many rows; what is locked is left for another day: select ops.age_out(''attempts'', 2000). Returns how many are gone.';

COMMENT ON FUNCTION "ops"."age_out_all"(integer) IS 'One step of ops.age_out for everything in ops.retention. Run by cron every minute, which keeps up with two million rows of each kind a day. Returns how many rows are gone.';

COMMENT ON FUNCTION "ops"."ageing"(text) IS 'How the rows of ops.retention are found: conditions in SQL on the row t.';

COMMENT ON FUNCTION "ops"."uuid7_at"(timestamp with time zone) IS 'The lowest id that ops.uuid7 can have made at this moment: id >= ops.uuid7_at(now() - interval ''1 day'') finds what is new by its primary key.';

COMMENT ON FUNCTION "outbox"."acknowledge"(bigint, text, text) IS 'The receiver of a delivery says that its work is done, or (failed: why) that it failed. outcome: processed, failed, forged (the signature is wrong) or unknown (no such delivery); saying it again changes nothing. By hand: select outbox.acknowledge(<id>, outbox.receipt_signature(<id>)).';

COMMENT ON FUNCTION "outbox"."changes"(text, text, integer) IS 'A destination reads its messages: the next at_most after a cursor (null: from the first that is kept), as JSON text, and the cursor to go on from. outcome: ok; malformed (no cursor of ours); gone (what follows it is not kept any more; cursor: the feed''s end); unknown (no such destination). Changes nothing of the deliveries.';

COMMENT ON FUNCTION "outbox"."check_replay"(text, jsonb) IS 'Refuses a replay that could not be meant: an unknown destination, one that does work instead of being told, an empty filter, members that outbox.replay does not know.';

COMMENT ON FUNCTION "outbox"."claim"(uuid, integer) IS 'Hands a courier what is due: at most at_most per destination, within its limits of requests in flight and per second, oldest first, never a delivery whose record has an earlier one unsettled. Each is leased for its timeout and 30 s. body: the exact text to send.';

COMMENT ON FUNCTION "outbox"."cursor_at"(text, bigint) IS 'A place in a feed as its reader is told it.';

COMMENT ON FUNCTION "outbox"."end_rotation"(text) IS 'Drops the old signing secret of a destination: the receiver knows the new one, which alone signs within a minute. What outbox.rotate_secret began.';

COMMENT ON FUNCTION "outbox"."fill_feed"(text, integer) IS 'Gives every committed message of a destination that has none its place in the feed, at most so many; holds the reader''s lock until the transaction ends.';

COMMENT ON FUNCTION "outbox"."note_health"(text, integer, integer, text, interval) IS 'What a batch of attempts says of a destination: a success closes its breaker, breaker_after failures in a row open it, each failed probe doubles the wait (10 s to 5 min). asked_to_wait: by a 429. Nothing is dropped.';

COMMENT ON FUNCTION "outbox"."preview_replay"(text, jsonb) IS 'What outbox.replay would send: how many messages, from when to when, and the first five. Changes nothing: select * from outbox.preview_replay(''railway'', ''{"since": "2026-07-01", "types": ["order.created"]}'').';

COMMENT ON FUNCTION "outbox"."rate_of"(outbox.destinations) IS 'Requests a second that a destination may be sent now: max_per_second, or less in the minute after its breaker closed.';

COMMENT ON FUNCTION "outbox"."receipt_signature"(bigint) IS 'What makes a receipt genuine: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. It knows no time: work may take long.';

COMMENT ON FUNCTION "outbox"."receipt_url"(bigint) IS 'Where the receiver of a delivery says that its work is done; the same on every attempt. Null when no functions_url is set.';

COMMENT ON FUNCTION "outbox"."record_health"(jsonb) IS 'The part of outbox.record for destinations: what a batch of attempts says of the health of each.';

COMMENT ON FUNCTION "outbox"."record_troubles"(uuid, jsonb) IS 'The part of outbox.record for attempts that did not deliver: what each outcome makes of its delivery.';

COMMENT ON FUNCTION "outbox"."release_next"(text[], bigint[]) IS 'Deliveries were settled: the next ones about their records, which waited behind them (outbox.claim), are due now.';

COMMENT ON FUNCTION "outbox"."replay"(text, jsonb, text) IS 'Sends messages to a destination again, as copies with ids of their own, in the order of the originals, at half its rate. Returns the id of its row in outbox.replays. Filter: {"everything": true}, or any of types, since, until, record_key, message_ids, status, from_destination, all of which must fit; see docs/admin.md. Try outbox.preview_replay first: select outbox.replay(''railway'', ''{"since": "2026-07-01"}'', ''stock was restored from a backup'').';

COMMENT ON FUNCTION "outbox"."rotate_secret"(text, text) IS 'Gives a destination a new signing secret, in Vault, and returns it, once: give it to the receiver. Where it had one, messages carry a signature of each within a minute, until outbox.end_rotation(destination). Let it make the secret, for one that is given may show in the server''s logs. A destination whose secret is the function secret <NAME>_SIGNING_SECRET is rotated there instead, for that comes first: set both with a space between, tell the receiver, then leave out the old one.';

COMMENT ON FUNCTION "outbox"."secrets_of"(text) IS 'What signs the messages to a destination, out of Vault: its secret and, while a rotation is under way, the next one too. Read by the courier, unless the function secret <NAME>_SIGNING_SECRET is set, which comes first.';

COMMENT ON FUNCTION "outbox"."to_replay"(text, jsonb) IS 'The messages a replay is of: those the destination got (or, with from_destination, that one), and those its enabled routes name by their type today, if no status is asked for.';

COMMENT ON FUNCTION "outbox"."trim_feed"() IS 'Statement trigger: deliveries that are not kept any more leave the feeds, and it is kept how far readers must have come to have lost nothing.';

COMMENT ON FUNCTION "outbox"."turn"(uuid, jsonb, integer) IS 'outbox.record, then outbox.claim, in one round trip.';

COMMENT ON FUNCTION "outbox"."with_receipt"(text, bigint) IS 'A message''s payload with the address at which its receiver says that the work is done.';

COMMENT ON FUNCTION "outbox"."write_message"(text, text, text, uuid, text[], bigint, text[]) IS 'Puts one message in the outbox, with a delivery to each destination. For those of latest_only it takes the place of what waits of its type about the same record.';

COMMENT ON TABLE "ops"."retention" IS 'How long what is kept: update ops.retention set keep = interval ''60 days'' where what = ''attempts''. Orders, payments and all other business are kept for good.';

COMMENT ON TABLE "outbox"."destinations" IS 'Who hears messages. To add one: insert a row here, routes for it in outbox.routes, and set <NAME>_SIGNING_SECRET (and <NAME>_WEBHOOK_URL, unless url is set) as function secrets; or let outbox.rotate_secret(name) make the secret.';

COMMENT ON TABLE "outbox"."feed" IS 'A destination''s messages in the order in which they are read. Written when it is read, by outbox.fill_feed.';

COMMENT ON TABLE "outbox"."readers" IS 'Destinations that read their messages themselves (functions/changes), and how far each one''s feed has come. Whoever fills or trims a feed locks its row.';

COMMENT ON TABLE "outbox"."replays" IS 'Who sent which messages again, where to, and why. Kept for good.';

COMMENT ON VIEW "ops"."attention" IS 'Everything that waits for a person: what, why, since when, and the statement that takes it further. select * from ops.attention order by since';

REVOKE ALL ON FUNCTION "ops"."age_out"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."age_out_all"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."ageing"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."uuid7_at"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."acknowledge"(bigint, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."changes"(text, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."check_replay"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."claim"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."cursor_at"(text, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."end_rotation"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."fill_feed"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."note_health"(text, integer, integer, text, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."preview_replay"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."rate_of"(outbox.destinations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."receipt_signature"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."receipt_url"(bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."record_health"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."record_troubles"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."release_next"(text[], bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."replay"(text, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."rotate_secret"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."secrets_of"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."to_replay"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."trim_feed"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."turn"(uuid, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."with_receipt"(text, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "outbox"."write_message"(text, text, text, uuid, text[], bigint, text[]) FROM PUBLIC;

SELECT cron.schedule_in_database('signalbox: tidy', '* * * * *', 'select ops.age_out_all()', 'postgres', NULL, true);

COMMENT ON COLUMN "outbox"."replays"."requested_by" IS 'The account that asked, by its id, or the database role.';

-- What the schema brings along as rows.

-- One provider's trouble is not another's.
update outbox.destinations d set breaker_after = null where d.name = 'reconciler';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_receipts', 'Signs the addresses at which receivers say that their work is done. Made by the migration; nobody needs to know it.');

insert into ops.retention (what, keep, description) values
  ('attempts', '30 days', 'The log of every try.'),
  ('deliveries', '90 days', 'Delivered or called off, from then on; and each message of which no delivery is left.'),
  ('dead deliveries', '180 days', 'Given up, from then on; and each message of which no delivery is left.'),
  ('reconciler requests', '1 day', 'Messages that sent the reconciler.'),
  ('reconciliations', '7 days', 'Its runs that found nothing missing.'),
  ('reconciliations that found', '90 days', 'Its runs that did.'),
  ('inquiries', '60 days', 'Which payments a provider was asked about.'),
  ('events', '400 days', 'Webhooks that are settled, and that no message refers to. At least 45 days: an event is known again by its row, and providers send for up to 30 days.'),
  ('rejections', '90 days', 'What was turned away.'),
  ('couriers', '1 day', 'Runs of the courier.'),
  ('cron log', '1 day', 'Runs of cron''s jobs.');

select cron.schedule('signalbox: tidy', '* * * * *', 'select ops.age_out_all()');
