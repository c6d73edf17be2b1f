-- A table and not a claim in the token: a token lives for an hour, and a removed admin must lose access at once.
create function ops.is_admin() returns boolean
language plpgsql stable
security definer -- policies call it for every reader, but only admins may read the list of admins
set search_path = ''
as $$
begin
  return exists (select 1 from public.admins a where a.user_id = auth.uid());
end
$$;
comment on function ops.is_admin() is 'Whether the caller is an admin. For policies.';

create policy "admins read who is one" on public.admins for select to authenticated using ((select ops.is_admin()));
