create function community.render_text(body text, variables jsonb) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_text text := render_text.body;
  v record;
begin
  for v in
    select distinct m[1] as whole, m[2] as name, m[4] as fallback
    from regexp_matches(render_text.body, '(\{([a-z_]+)(\|([^{}]*))?\})', 'g') m
  loop
    -- A value is no place for further placeholders.
    v_text := replace(v_text, v.whole,
      coalesce(nullif(translate(render_text.variables ->> v.name, '{}', ''), ''), v.fallback, ''));
  end loop;
  return v_text;
end
$$;
comment on function community.render_text(text, jsonb) is
  'A text with {name} and {name|what stands there when it is not known} filled in from an object of values.';
