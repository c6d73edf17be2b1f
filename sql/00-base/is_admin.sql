-- A table and not a claim in the token: tokens live for an hour, and who is no admin any more must be none at once.
create function ops.is_admin() returns boolean
language plpgsql stable
security definer -- policies ask it for whoever reads, and the list of admins is admins' to read
set search_path = ''
as $$
begin
  return exists (select 1 from public.admins a where a.user_id = auth.uid());
end
$$;
comment on function ops.is_admin() is 'Whether who asks is an admin. For policies.';

create policy "admins read who is one" on public.admins for select to authenticated using ((select ops.is_admin()));
