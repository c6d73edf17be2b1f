create view ops.audit_discount_use (what, id, which, why, remedy) with (security_invoker = on) as
select 'discount given and its use not counted', s.id::text, s.discount_code,
  format('The checkout is %s, and the use of its discount is %s.', s.status, coalesce(u.status::text, 'not there')),
  ops.remedy('Counts it as the checkout stands.', format('select commerce.move_discount(%L, %L)', s.id, case s.status
    when 'payment_completed' then 'taken' when 'open' then 'held' when 'payment_pending' then 'held' else 'released'
  end))
from public.checkout_sessions s
left join public.discount_uses u on u.checkout_session_id = s.id
where s.discount_code is not null and u.status is distinct from case s.status
  when 'payment_completed' then 'taken' when 'open' then 'held' when 'payment_pending' then 'held' else 'released'
end::public.reservation_status;
comment on view ops.audit_discount_use is
  'A rule of ops.inconsistencies: a discount of a paid checkout is used, of an open one held, of one that ended free.';
