create function ops.scrub(content text, patterns text[], instead text[]) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  for i in 1 .. cardinality(patterns) loop
    content := regexp_replace(content, patterns[i], instead[i], 'gi');
  end loop;
  return content;
end
$$;
comment on function ops.scrub(text, text[], text[]) is
  'A text with what matches each pattern replaced, whatever its case. Used by ops.erase_person.';
