create function ops.link_person(user_id uuid, email text, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_email text := lower(link_person.email);
  v_other uuid := commerce.user_of(link_person.email);
  v_rows jsonb;
begin
  -- Such as: wrote from both addresses, ticket 1044.
  perform ops.check_reason('ops.link_person', link_person.reason);
  if v_email is null or v_email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'the address that the purchases were made under is needed' using errcode = '22023',
      hint = 'select ops.link_person(''<account id>'', ''guest@example.com'', ''why'')';
  end if;
  if not exists (select 1 from auth.users u where u.id = link_person.user_id and u.email_confirmed_at is not null) then
    raise exception 'there is no account % with a confirmed address', coalesce(link_person.user_id::text, '(null)')
      using errcode = 'P0002', hint = 'select * from ops.find_person(''…'') shows accounts and their ids.';
  end if;
  if v_other <> link_person.user_id then
    raise exception '% is the confirmed address of another account, %', v_email, v_other using errcode = 'P0001',
      hint = 'Purchases under it are that account''s.';
  end if;
  v_rows := ops.link_purchases(link_person.user_id, v_email);
  insert into ops.person_links (user_id, email, how, reason, found, rows)
  values (link_person.user_id, v_email, 'by_hand', link_person.reason, v_rows <> '{}', v_rows);
  return v_rows;
end
$$;
comment on function ops.link_person(uuid, text, text) is
  'Links by hand what was bought under an address to an account, with a reason, and records it in ops.person_links: '
  'select ops.link_person(''<account id>'', ''guest@example.com'', ''why''). Rows of other accounts stay theirs. Later '
  'purchases under the address are not linked. Returns the ids by table. Raises 22023 without a reason, P0002 for an '
  'account that is not there or not confirmed, P0001 when the address is another account''s.';
