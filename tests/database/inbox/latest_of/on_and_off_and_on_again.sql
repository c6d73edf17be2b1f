begin;
select plan(4);

create function pg_temp.latest(variadic facts jsonb[]) returns text language sql stable as $$
  select string_agg(distinct (l.latest ->> 'status') || case when l.decided then '' else ', undecided' end, ' or ')
  from tests.every_order(facts) o cross join lateral inbox.latest_of(to_jsonb(o)) l
$$;
create function pg_temp.fact(id text, status text, previous jsonb default null) returns jsonb language sql stable as $$
  select tests.fact_membership('sub_1', status) || jsonb_build_object('event_id', id)
    || case when previous is null then '{}' else jsonb_build_object('previous', previous) end
$$;

select is(pg_temp.latest(pg_temp.fact('evt_1', 'active'), pg_temp.fact('evt_2', 'past_due', '{"status": "active"}'),
  pg_temp.fact('evt_3', 'active', '{"status": "past_due"}')), 'active', 'back to what it was, in any order');
select is(pg_temp.latest(pg_temp.fact('evt_1', 'active'), pg_temp.fact('evt_2', 'past_due', '{"status": "active"}'),
  pg_temp.fact('evt_3', 'active', '{"status": "past_due"}'), pg_temp.fact('evt_4', 'trialing', '{"status": "active"}'),
  pg_temp.fact('evt_5', 'active', '{"status": "trialing"}')), 'past_due, undecided',
  'more than one way: nobody knows');
select is(pg_temp.latest(pg_temp.fact('evt_2', 'past_due', '{"status": "active"}'),
  pg_temp.fact('evt_3', 'active', '{"status": "past_due"}')), 'past_due, undecided',
  'without a beginning: nobody knows');
select is(pg_temp.latest(pg_temp.fact('evt_1', 'active'), pg_temp.fact('evt_2', 'past_due', '{"status": "active"}'),
  pg_temp.fact('evt_3', 'active', '{"status": "past_due"}') || '{"is_last": true}'), 'active',
  'what is the last says so itself');

select * from finish();
rollback;
