create function ops.decide(command text, about text, reason text) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  perform ops.check_reason(decide.command, decide.reason);
  insert into ops.decisions (command, about, reason) values (decide.command, decide.about, trim(decide.reason));
  return true;
end
$$;
comment on function ops.decide(text, text, text) is
  'Records in ops.decisions who decided what, and why. Always true, so that it can be a condition of an '
  'update. Raises 22023 without a reason: ops.check_reason.';
