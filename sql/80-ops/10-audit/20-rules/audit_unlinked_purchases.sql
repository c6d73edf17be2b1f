create view ops.audit_unlinked_purchases (what, id, which, why, remedy) with (security_invoker = on) as
select 'bought under a confirmed address, and not linked', l.user_id || ' ' || l.email, l.email,
  ops.counted(u.rows, 'of its rows names no account.', 'of its rows name no account.'),
  ops.remedy('Links them to the account.', format('select ops.link_confirmed(%L)', l.user_id))
from (
  select x.email, count(*) as rows
  from (
    select lower(s.email) as email from public.checkout_sessions s where s.user_id is null
    union all select o.email from public.orders o where o.user_id is null
    union all select e.email from public.enrollments e where e.user_id is null
    union all select lower(m.email) from public.memberships m where m.user_id is null
    union all select lower(c.email) from public.credit_ledger c where c.user_id is null
  ) x
  where x.email is not null
  group by 1
) u
join ops.person_links l on l.email = u.email and l.how = 'confirmed' and l.created_at < now() - interval '5 minutes'
-- Only while the account has the address: what is bought under one that it gave up is a guest's.
where commerce.user_of(l.email) = l.user_id;
comment on view ops.audit_unlinked_purchases is
  'A rule of ops.inconsistencies: what was bought under the confirmed address of an account is linked to it.';
