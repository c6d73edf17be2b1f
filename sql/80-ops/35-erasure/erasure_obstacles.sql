create function ops.erasure_obstacles(user_id uuid, emails text[], pattern text) returns setof text
language sql stable
set search_path = ''
begin atomic
  select 'an account of staff is not erased: take its role away first (public.admins, cohort_instructors, tutors)'
  where exists (select from public.admins a where a.user_id = erasure_obstacles.user_id)
    or exists (select from public.cohort_instructors i where i.user_id = erasure_obstacles.user_id)
    or exists (select from public.tutors t where t.email = any (emails))
  union all
  select format('checkout %s is %s: cancel it, or wait until it expires', s.id, s.status)
  from public.checkout_sessions s
  where (s.user_id = erasure_obstacles.user_id or lower(s.email) = any (emails))
    and s.status in ('open', 'payment_pending')
  union all
  select format('payment %s is %s: wait for its end, or decide its review', p.id,
    case when p.needs_review then 'in review' else p.status::text end)
  from public.payments p
  where (p.user_id = erasure_obstacles.user_id or lower(p.email) = any (emails))
    and (p.needs_review or p.status in ('created', 'pending'))
  union all
  select format('a refund of payment %s is on its way: wait for it', r.payment_id)
  from public.refund_requests r join public.payments p on p.id = r.payment_id
  where (p.user_id = erasure_obstacles.user_id or lower(p.email) = any (emails)) and r.status = 'requested'
  union all
  select format('dispute %s is %s: its evidence is needed until it ends', d.id, d.status)
  from public.disputes d join public.payments p on p.id = d.payment_id
  where (p.user_id = erasure_obstacles.user_id or lower(p.email) = any (emails))
    and d.status in ('needs_response', 'under_review')
  union all
  select format('order %s needs a person: %s', o.number, o.attention_reason)
  from public.orders o
  where (o.user_id = erasure_obstacles.user_id or lower(o.email) = any (emails)) and o.status = 'needs_attention'
  union all
  select format('the parcel of order %s is %s: send it, or cancel it', o.number, f.status)
  from public.fulfillments f join public.orders o on o.id = f.order_id
  where (o.user_id = erasure_obstacles.user_id or lower(o.email) = any (emails))
    and f.status in ('pending', 'packed')
  union all
  select format('tutoring session %s has not taken place: cancel it first', s.id)
  from public.tutoring_sessions s
  where (s.student_user_id = erasure_obstacles.user_id or s.student_email = any (emails))
    and s.status = 'scheduled' and s.ends_at > now()
  union all
  select format('appointment %s has not taken place: cancel it first', a.id)
  from public.appointments a
  where (a.user_id = erasure_obstacles.user_id or a.email = any (emails))
    and a.status in ('requested', 'confirmed') and a.ends_at > now()
  union all
  select format('membership %s is %s: end it at %s first', m.provider_ref, m.status, m.provider)
  from public.memberships m
  where (m.user_id = erasure_obstacles.user_id or lower(m.email) = any (emails))
    and m.status in ('trialing', 'active', 'past_due', 'paused')
  union all
  select format('ticket %s is %s: close it first', t.number, t.status)
  from public.support_tickets t
  where (t.user_id = erasure_obstacles.user_id or t.email = any (emails)) and t.status <> 'closed'
  union all
  select format('delivery %s to %s is %s: wait for it, or outbox.cancel it', d.id, d.destination, d.status)
  from outbox.deliveries d
  join outbox.messages m on m.id = d.message_id
  left join inbox.events e on e.id = m.event_id and m.payload is null
  where d.status in ('pending', 'sending') and coalesce(m.payload, e.body) ~* pattern
  union all
  select format('event %s is %s: settle it first (inbox.retry)', e.id, e.status)
  from inbox.events e
  where e.status in ('parked', 'failed', 'dead') and e.body ~* pattern;
end;
comment on function ops.erasure_obstacles(uuid, text[], text) is
  'What is under way for a person and must end before ops.erase_person, as sentences that say what to do first. '
  'pattern: finds the person''s addresses in a text.';
