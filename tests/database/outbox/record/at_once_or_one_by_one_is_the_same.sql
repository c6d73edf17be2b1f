begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
create temporary table outcomes as
  select * from unnest('{delivered,retry,refused,cancelled,delivered,retry,unsent,delivered,gone}'::text[])
  with ordinality as o (outcome, n);
-- Three records, so that some deliveries wait behind others.
select tests.a_delivery('d' || o.n, 'things/' || o.n, t.name) from outcomes o, (values ('tests_a'), ('tests_b'))
  t (name);
select tests.a_delivery('e' || o.n, 'things/' || o.n, t.name) from outcomes o, (values ('tests_a'), ('tests_b'))
  t (name);
select tests.a_courier('courier');
select tests.claim('courier');
create function tests.result_of(o outcomes, destination text) returns jsonb language sql as $$
  select jsonb_build_object('delivery_id', (tests.the_delivery('d' || o.n, destination)).id, 'attempt', 1, 'outcome',
    o.outcome, 'started_at', now(),
    'duration_ms', o.n, 'status_code', 200 + o.n, 'error', nullif(o.outcome, 'delivered'), 'response_body',
      'said ' || o.n)
$$;
select outbox.record(tests.id('courier'), (select jsonb_agg(tests.result_of(o, 'tests_a')) from outcomes o));
select outbox.record(tests.id('courier'), jsonb_build_array(tests.result_of(o, 'tests_b'))) from outcomes o;
create function tests.deliveries_to(destination text) returns table (type text, delivery jsonb, due boolean)
  language sql as $$
  select m.type, to_jsonb(d) - '{id,message_id,destination,next_attempt_at}'::text[],
    d.next_attempt_at <= clock_timestamp()
  from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.destination = deliveries_to.destination
    order by 1
$$;
create function tests.attempts_at(destination text) returns table (type text, attempt jsonb) language sql as $$
  select m.type, to_jsonb(a) - '{id,delivery_id}'::text[]
  from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id join outbox.messages m on m.id = d.message_id
  where d.destination = attempts_at.destination order by 1
$$;

select results_eq($$ select * from tests.deliveries_to('tests_a') $$, $$ select * from tests.deliveries_to('tests_b')
  $$, 'for every delivery');
select results_eq($$ select * from tests.attempts_at('tests_a') $$, $$ select * from tests.attempts_at('tests_b') $$,
  'for the log');
select is((select count(*)::integer from tests.attempts_at('tests_a')), 8, 'which has all attempts but the unsent one');

select * from finish();
rollback;
