create function ops.link_on_confirmation() returns trigger
language plpgsql
security definer -- Supabase Auth, which writes accounts, has no rights in our schemas
set search_path = ''
set lock_timeout = '2s'
as $$
begin
  perform ops.link_confirmed(new.id);
  return null;
exception when others then
  -- Nobody is kept from signing up: ops.link_recent tries again within a minute, and the audit finds what is left.
  raise warning 'Purchases of account % are not linked yet: %', new.id, sqlerrm;
  begin
    insert into ops.person_links (user_id, email, how, linked_by)
    values (new.id, lower(new.email), 'confirmed', 'ops.link_on_confirmation')
    on conflict (user_id, email) where how = 'confirmed' do nothing;
  exception when others then
    raise warning 'Account % is not noted: %', new.id, sqlerrm;
  end;
  return null;
end
$$;
comment on function ops.link_on_confirmation() is
  'Row trigger of auth.users: an address that becomes confirmed, at sign-up or by a change of address, gets what was '
  'bought under it. What the account has keeps its account when the address changes.';

create trigger signalbox_link_new after insert on auth.users
for each row when (new.email is not null and new.email_confirmed_at is not null)
execute function ops.link_on_confirmation();
create trigger signalbox_link_changed after update on auth.users
for each row when (
  new.email is not null and new.email_confirmed_at is not null
  and (old.email_confirmed_at is null or lower(new.email) is distinct from lower(old.email))
)
execute function ops.link_on_confirmation();
