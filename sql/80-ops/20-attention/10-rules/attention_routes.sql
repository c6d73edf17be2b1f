create view ops.attention_routes with (security_invoker = on) as
  select 'route makes no message' as what, r.id::text as id, r.message_type || ' to ' || r.destination as which,
    format('%s Until it is mended, %s is not told.', r.why, r.destination) as why,
    coalesce((
      select min(i.raised_at) from ops.incidents i
      where i.what = 'route makes no message' and i.about = r.id::text and i.resolved_at is null
    ), now()) as since,
    case
      when switched_off.trigger is not null then ops.remedy(
        'Switches the trigger on again. What changed meanwhile is not told.',
        format('alter table %s enable trigger %I', o.table_name, switched_off.trigger),
        'ends the route.', format('select outbox.disable_route(%s, reason => ''<why>'')', r.id)
      )
      else ops.remedy(
        'Ends the route: its destination gets no such messages.',
        format('select outbox.disable_route(%s, reason => ''<why>'')', r.id),
        'names the table, and the column or null, that are there now (fill both in).',
        format('update outbox.routes set table_name = ''<schema.table>'', when_column = null where id = %s', r.id)
      )
    end as remedy
  from outbox.dead_routes() r
  join outbox.routes o on o.id = r.id
  left join lateral (
    select t.tgname::text collate "default" as trigger from pg_catalog.pg_trigger t
    where t.tgrelid = to_regclass(o.table_name) and t.tgfoid = 'outbox.capture_change()'::regprocedure
      and t.tgenabled = 'D'
    limit 1
  ) switched_off on true;
comment on view ops.attention_routes is 'For ops.attention: routes that cannot write a message.';
