create view ops.audit_session_not_bought (what, id, which, why, remedy) with (security_invoker = on) as
select 'session that nothing bought', s.id::text, format('%s at %s', s.title, ops.iso_utc(s.starts_at)),
  case
    when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number)
    else format('Order %s, which it names, bought something else.', o.number)
  end,
  ops.remedy(
    'Cancels the session.', format('update public.tutoring_sessions set status = ''cancelled'' where id = %L', s.id),
    'leaves it as a gift.',
    format('update public.tutoring_sessions set order_item_id = null where id = %1$L and ops.decide(''give a '
      'session'', '
      '%1$L, ''<why>'')', s.id)
  )
from public.tutoring_sessions s
join public.order_items i on i.id = s.order_item_id
join public.orders o on o.id = i.order_id
where s.status = 'scheduled'
  and ((o.status = 'refunded' and s.starts_at > now()) or i.kind <> 'tutoring_session');
comment on view ops.audit_session_not_bought is
  'A rule of ops.inconsistencies: a session that names an order was bought by it, and the order was not refunded.';
