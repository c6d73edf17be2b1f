create function ops.link_recent(since interval default interval '15 minutes') returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_user uuid;
  v_linked integer := 0;
begin
  for v_user in
    select distinct l.user_id from ops.person_links l
    where l.how = 'confirmed' and l.created_at > now() - link_recent.since
    order by l.user_id
  loop
    if ops.link_confirmed(v_user) <> '{}' then
      v_linked := v_linked + 1;
    end if;
  end loop;
  return v_linked;
end
$$;
comment on function ops.link_recent(interval) is
  'Links what a purchase wrote while its buyer''s address was being confirmed: neither transaction sees the other''s '
  'rows. Returns for how many accounts something was found. Run by cron every minute.';
