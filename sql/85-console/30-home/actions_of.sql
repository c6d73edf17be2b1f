create function console.actions_of(what text, id text, remedy text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_parts text[];
  v_calls jsonb := '[]';
  v_statement text;
  v_action jsonb;
begin
  -- These remedies are made of several calls; the console has one command that does the same.
  case actions_of.what
    when 'destination failing' then
      return jsonb_build_array(
        console.action('outbox.retry_waiting', jsonb_build_object('destination', actions_of.id)),
        console.action('outbox.disconnect', jsonb_build_object('destination', actions_of.id)));
    when 'work failed at the receiver' then
      return jsonb_build_array(
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', actions_of.id)),
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', actions_of.id)));
    when 'receipt overdue' then
      return jsonb_build_array(
        console.action('outbox.mark_processed', jsonb_build_object('delivery_id', actions_of.id)),
        console.action('outbox.send_copy', jsonb_build_object('delivery_id', actions_of.id)));
    when 'audit overdue' then
      return jsonb_build_array(console.action('ops.schedule_jobs', '{}'));
    else
      null;
  end case;

  -- ops.remedy: a comment, the statement, then for each alternative two lines of comments. A line break within a
  -- literal begins no alternative.
  v_parts := regexp_match(actions_of.remedy,
    '^--[^\n]*\n((?:[^;'']|''[^'']*'')*);((?:\n-- Instead: [^\n]*\n-- [^\n]*;)*)$');
  for v_statement in
    select v_parts[1] where v_parts is not null
    union all
    select regexp_replace(l.line, '^-- (.*);$', '\1')
    from regexp_split_to_table(v_parts[2], '\n') with ordinality as l (line, place) where l.place > 1 and l.place % 2 =
      1
  loop
    select console.action(c.call ->> 'command', c.call -> 'arguments') into v_action
    from (select console.call_of(v_statement) as call) c;
    if v_action is not null and not v_calls @> jsonb_build_array(v_action) then
      v_calls := v_calls || v_action;
    end if;
  end loop;
  return v_calls;
end
$$;
comment on function console.actions_of(text, text, text) is
  'The buttons of a line of ops.attention, read from its remedy: the first is the repair. Statements that are no call '
  'of a command stay SQL to copy.';
