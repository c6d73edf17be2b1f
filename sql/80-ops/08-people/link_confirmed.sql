create function ops.link_confirmed(user_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_email text;
  v_rows jsonb;
begin
  select lower(u.email) into v_email from auth.users u
  where u.id = link_confirmed.user_id and u.email_confirmed_at is not null;
  if v_email is null then
    return '{}';
  end if;
  -- Two that link one account at once: the second waits here, and finds nothing left. Cron calls it again and again:
  -- nothing is written where nothing is new.
  insert into ops.person_links as l (user_id, email, how, linked_by)
  values (link_confirmed.user_id, v_email, 'confirmed', 'ops.link_confirmed')
  on conflict (user_id, email) where how = 'confirmed' do nothing;
  perform 1 from ops.person_links l
  where l.user_id = link_confirmed.user_id and l.email = v_email and l.how = 'confirmed'
  for update;
  v_rows := ops.link_purchases(link_confirmed.user_id, v_email);
  if v_rows <> '{}' then
    update ops.person_links l
    set found = true,
        rows = l.rows || (
          select jsonb_object_agg(r.key, coalesce(l.rows -> r.key, '[]') || r.value) from jsonb_each(v_rows) r
        )
    where l.user_id = link_confirmed.user_id and l.email = v_email and l.how = 'confirmed';
  end if;
  return v_rows;
end
$$;
comment on function ops.link_confirmed(uuid) is
  'Links what was bought under the confirmed address of an account, and notes it in ops.person_links. Returns the ids '
  'by table; {} for an unconfirmed address, and when called again. Run by a trigger of auth.users when an address is '
  'confirmed, and by cron.';
