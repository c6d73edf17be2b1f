create view ops.audit_payment_for_nothing (what, id, which, why, remedy) with (security_invoker = on) as
select 'captured payment that is for nothing', p.id::text, p.provider || ' ' || p.provider_ref,
  'It names no checkout, membership or credits, and no admin reviewed it.',
  ops.remedy('Works out anew what it is for; if that is nothing, it is a payment that needs review.',
    format('select commerce.refresh_payment(%L)', p.id))
from public.payments p
where p.checkout_session_id is null and p.captured_at is not null
  and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
  and p.membership_ref is null and p.credits is null
  and not community.pays_membership(p.provider, p.provider_ref);
comment on view ops.audit_payment_for_nothing is
  'A rule of ops.inconsistencies: a captured payment is for a checkout, a membership or credits, or an admin reviews '
  'it.';
