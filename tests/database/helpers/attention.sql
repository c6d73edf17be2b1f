-- What needs a person, and how it is mended.

create function tests.the_remedy(what text, instead integer default 0) returns text
language plpgsql stable as $$
declare
  v_remedy text := (select a.remedy from ops.attention a where a.what = the_remedy.what order by a.id limit 1);
begin
  if instead > 0 then
    -- The line below the n-th "-- Instead".
    v_remedy := substr((regexp_split_to_array(v_remedy, E'\n-- Instead: [^\n]*\n'))[instead + 1], 4);
    v_remedy := split_part(v_remedy, E'\n', 1);
  end if;
  return replace(replace(v_remedy, '<why>', 'a test'), '<transfer id>', gen_random_uuid()::text);
end
$$;
comment on function tests.the_remedy(text, integer) is
  'The remedy of a line of ops.attention, with the reason filled in, as a person pastes it; instead: its n-th '
  'alternative, without the comment sign.';
