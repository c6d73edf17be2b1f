create function calendar.note_space(entry_id uuid, link text) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_link text;
begin
  update calendar.entries e set meet_space = coalesce(e.meet_space, note_space.link)
  where e.id = note_space.entry_id
  returning e.meet_space into v_link;
  return v_link;
end
$$;
comment on function calendar.note_space(uuid, text) is
  'Keeps the link of the Meet space that was made for an entry. Returns the one to use: the first that was kept.';
