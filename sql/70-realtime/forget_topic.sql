create function ops.forget_topic() returns trigger
language plpgsql
security definer -- Supabase Auth, which deletes accounts, has no rights in our schemas
set search_path = ''
as $$
begin
  delete from public.topic_changes c where c.topic = 'user:' || old.id;
  return null;
exception when others then
  -- No account is kept by it; ops.purge removes them within a week.
  raise warning 'the changes of account % were not deleted: %', old.id, sqlerrm;
  return null;
end
$$;
comment on function ops.forget_topic() is
  'Row trigger of auth.users: what was broadcast to a deleted account goes with it.';

create trigger signalbox_forget_topic after delete on auth.users for each row execute function ops.forget_topic();
