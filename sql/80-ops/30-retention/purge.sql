create function ops.purge(what text, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_policy ops.retention;
  v_way record;
  v_old timestamptz;
  v_walk record;
  v_messages uuid[];
begin
  select r.* into v_policy from ops.retention r where r.what = purge.what;
  if not found then
    raise exception 'nothing is kept under the name %', coalesce(purge.what, '(null)') using hint = 'select what from ops.retention';
  end if;
  -- One at a time, so that of two deliveries of one message the later one is seen to be the last.
  if v_policy.keep is null or not pg_try_advisory_xact_lock(hashtextextended('signalbox/ops/purge', 0)) then
    return 0;
  end if;
  if v_policy.walk_began_at <= now() - interval '1 day' then
    update ops.retention r set reached = null, walk_began_at = now() where r.what = purge.what;
    v_policy.reached := null;
  end if;
  v_old := now() - v_policy.keep;
  select w.* into strict v_way from ops.retention_rules(purge.what) w;

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
    update ops.retention r set reached = v_walk.reached where r.what = purge.what;
  end if;
  return v_walk.gone;
end
$$;
comment on function ops.purge(text, integer) is
  'Removes what is kept no longer (ops.retention), oldest first, looking at no more than so many rows; what is locked is left for another day: select ops.purge(''attempts'', 2000). Returns how many are gone.';
