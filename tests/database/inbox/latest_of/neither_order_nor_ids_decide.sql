begin;
select plan(2);

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

select * from finish();
rollback;
