create function ops.alert_text(kind ops.alert_kind, items jsonb, total bigint) returns text
language sql stable
set search_path = ''
begin atomic
  select
    case alert_text.kind
      when 'raised' then ops.counted(alert_text.total, 'needs a person:', 'need a person:')
      when 'resolved' then format('%s resolved:', alert_text.total)
      else format('%s open:', alert_text.total)
    end
    || coalesce((
      select string_agg(
        format(
          E'\n\n[%s] %s: %s\n%s', i.severity, i.what, i.which,
          case when alert_text.kind = 'resolved' then 'It needs nobody any more.'
            else format(E'%s\nTo do:\n%s', i.why, i.remedy) end
        ), '' order by i.severity desc, i.since
      )
      from jsonb_to_recordset(alert_text.items) as i (
        what text, which text, why text, remedy text, severity ops.severity, since timestamptz
      )
    ), '')
    || case
      when alert_text.total > jsonb_array_length(alert_text.items) then
        format(E'\n\nand %s more: select * from ops.attention order by severity desc, since',
          alert_text.total - jsonb_array_length(alert_text.items))
      else ''
    end;
end;
comment on function ops.alert_text(ops.alert_kind, jsonb, bigint) is 'An alert as plain text.';
