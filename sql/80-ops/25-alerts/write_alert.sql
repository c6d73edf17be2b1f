create function ops.write_alert(kind ops.alert_kind, incidents uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_items jsonb;
  v_total bigint;
  v_severity ops.severity;
begin
  select count(*), max(i.severity),
    coalesce(jsonb_agg(jsonb_build_object('what', i.what, 'id', i.about, 'which', i.which, 'why', i.why,
      'remedy', i.remedy, 'severity', i.severity, 'since', i.since) order by i.place)
      filter (where i.place <= 50), '[]')
  into v_total, v_severity, v_items
  from (
    select n.*, row_number() over (order by n.severity desc, n.since, n.id) as place
    from ops.incidents n where n.id = any (write_alert.incidents)
  ) i;
  insert into ops.alerts (kind, severity, total, text, items)
  values (write_alert.kind, v_severity, v_total, ops.alert_text(write_alert.kind, v_items, v_total), v_items);
end
$$;
comment on function ops.write_alert(ops.alert_kind, uuid[]) is
  'Writes one alert about these incidents, and with it its message.';
