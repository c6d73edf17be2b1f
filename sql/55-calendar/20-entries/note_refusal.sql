create function calendar.note_refusal(reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update calendar.settings s
  set refused_at = coalesce(s.refused_at, now()), refused_reason = note_refusal.reason
  where s.only_row;
end
$$;
comment on function calendar.note_refusal(text) is
  'Google refuses our credentials or settings, or they are not set: shown in ops.attention until it accepts a change.';
