create function ops.find_person(email text)
returns table (
  user_id uuid, account_email text, confirmed boolean, name text, picture_url text, created_at timestamptz,
  last_sign_in_at timestamptz, orders bigint, guest_orders bigint, cohorts text[], open_tickets bigint, credits bigint
)
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
declare
  v_email text := lower(btrim(find_person.email));
begin
  if auth.uid() is not null and not ops.is_admin() then
    raise exception 'admins find people by their address' using errcode = '42501', hint = 'Ask an admin.';
  end if;
  if coalesce(length(v_email), 0) < 3 then
    raise exception 'at least 3 characters of an address are needed' using errcode = '22023',
      hint = 'Pass an address, or the beginning of one.';
  end if;
  return query
  with addresses as (
    select lower(u.email) as email, u.id from auth.users u where starts_with(lower(u.email), v_email)
    union
    select v_email, null
    where not exists (select 1 from auth.users u where lower(u.email) = v_email)
      and (
        exists (select 1 from public.checkout_sessions s where lower(s.email) = v_email)
        or exists (select 1 from public.enrollments e where e.email = v_email)
      )
  )
  select a.id, a.email, u.email_confirmed_at is not null, p.name, p.picture_url, u.created_at, u.last_sign_in_at,
    (select count(*) from public.orders o where o.user_id = a.id),
    (select count(*) from public.checkout_sessions s join public.orders o on o.checkout_session_id = s.id
      where lower(s.email) = a.email and o.user_id is null),
    array(select c.name from public.enrollments e join public.cohorts c on c.id = e.cohort_id
      where (e.user_id = a.id or (e.user_id is null and e.email = a.email)) and e.status <> 'cancelled' order by 1),
    (select count(*) from public.support_tickets t
      where (t.user_id = a.id or (t.user_id is null and t.email = a.email)) and t.status <> 'closed'),
    coalesce((select b.balance from community.credit_balances b where b.owner = 'user:' || a.id), 0)
  from addresses a
  left join auth.users u on u.id = a.id
  left join public.profiles p on p.user_id = a.id
  order by a.email
  limit 50;
end
$$;
comment on function ops.find_person(text) is
  'Finds people by their e-mail address, or its beginning: select * from ops.find_person(''amina@''). Accounts, and a '
  'guest by the whole address (user_id null). guest_orders: under this address, linked to no account. At most 50. For '
  'admins and SQL; raises 42501 for others, 22023 for fewer than 3 characters.';
