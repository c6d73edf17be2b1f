create function ops.check_reason(command text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(trim(check_reason.reason), '') = '' or strpos(check_reason.reason, '<why>') > 0 then
    raise exception '% needs a reason, and nothing was changed', check_reason.command
      using errcode = '22023', hint = 'Write what was decided, and why, in place of <why>, and run it again.';
  end if;
end
$$;
comment on function ops.check_reason(text, text) is
  'Raises 22023 when a reason is missing, blank, or the placeholder <why> of a remedy in ops.attention.';
