create view ops.audit_checkout_news (what, id, which, why, remedy) with (security_invoker = on) as
select 'checkout without news for a week', s.id::text, 'checkout of ' || s.email,
  'A payment of it is pending or approved, and its stock waits for it.',
  ops.remedy(
    'Asks the providers how it stands. If nothing changes, cancel the payment there: its webhook ends it here.',
    'select inbox.reconcile(p.name) from inbox.providers p where p.reconcile'
  )
from public.checkout_sessions s
where s.status = 'payment_pending' and s.updated_at < now() - interval '7 days'
  and not exists (
    select 1 from public.payments p
    where p.checkout_session_id = s.id and (p.needs_review or p.updated_at >= now() - interval '7 days')
  )
  and not exists (
    select 1 from public.payment_approvals a
    where a.checkout_session_id = s.id and a.created_at >= now() - interval '7 days'
  );
comment on view ops.audit_checkout_news is
  'A rule of ops.inconsistencies: a pending payment of a checkout is decided within a week.';
