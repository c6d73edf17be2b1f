create function console.action(command text, arguments jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'command', c.command, 'label', c.label, 'needs_reason', c.needs_reason,
      -- What an admin must fill in (a reason, <why>) is left out: the page asks for it.
      'arguments', (select coalesce(jsonb_object_agg(a.key, a.value), '{}') from jsonb_each(action.arguments) a
        where a.value #>> '{}' !~ '^<[^<>]*>$')
    )
    from console.commands c where c.command = action.command
  );
end
$$;
comment on function console.action(text, jsonb) is
  'A button of the console: {command, arguments, label, needs_reason}. Null: the command is none of console.commands.';
