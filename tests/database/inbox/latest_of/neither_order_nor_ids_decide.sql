begin;
select plan(4);

create function pg_temp.facts() returns jsonb[] language sql stable as $$
  select array[
    tests.fact_membership('sub_1', 'active') || '{"product_ref": "prod_new", "event_id": "evt_1",
      "previous": {"product_ref": "prod_old"}}',
    tests.fact_membership('sub_1', 'active') || '{"product_ref": "prod_old", "event_id": "evt_9"}',
    tests.fact_membership('sub_1', 'past_due') || '{"product_ref": "prod_old", "event_id": "evt_5"}'
  ]
$$;

select is((select count(distinct row(l.latest, l.decided)::text)::integer
  from tests.every_order(pg_temp.facts()) o cross join lateral inbox.latest_of(to_jsonb(o)) l), 1,
  'the same in every order');
select is((select count(distinct (l.latest - 'event_id')::text)::integer
  from tests.every_order(array['"evt_1"', '"evt_5"', '"evt_9"']::jsonb[]) ids
  cross join lateral (select to_jsonb(array_agg(f.value || jsonb_build_object('event_id', ids[f.ordinality])))
    from unnest(pg_temp.facts()) with ordinality as f (value, ordinality)) named (facts)
  cross join lateral inbox.latest_of(named.facts) l), 1, 'whatever ids the events have');

-- Nothing but the ids differs in what could decide.
create function pg_temp.undecided(first_id text, second_id text) returns record language sql stable as $$
  select l.latest ->> 'product_ref', l.decided from inbox.latest_of(jsonb_build_array(
    tests.fact_membership('sub_1', 'active') || jsonb_build_object('product_ref', 'prod_a', 'event_id', first_id),
    tests.fact_membership('sub_1', 'active') || jsonb_build_object('product_ref', 'prod_b', 'event_id', second_id)
  )) l
$$;
select is(pg_temp.undecided('evt_1', 'evt_9')::text, pg_temp.undecided('evt_9', 'evt_1')::text,
  'the ids change nothing where nothing else decides');
select is(pg_temp.undecided('evt_1', 'evt_9')::text, '(prod_b,f)', 'and the provider is to be asked');

select * from finish();
rollback;
