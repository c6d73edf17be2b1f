create function tutoring.cancel(session_id uuid, reason text default null, refund boolean default null)
returns public.tutoring_session_changes
language plpgsql
security definer -- for public.cancel_session: the caller's role in the session is checked here
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_role public.tutoring_session_role;
  v_change public.tutoring_session_changes;
begin
  perform commerce.lock_payment(p.id)
  from public.tutoring_sessions s cross join lateral tutoring.payments_of(s) p
  where s.id = cancel.session_id
  order by hashtextextended(p.provider || '/payment/' || p.provider_ref, 0);
  perform community.lock_balance('user:' || s.student_user_id)
  from public.tutoring_sessions s where s.id = cancel.session_id and s.price_credits is not null;
  v_session := tutoring.lock_session(cancel.session_id, cancel.reason);
  v_role := tutoring.role_in(v_session, cancel.reason);
  if v_session.status = 'cancelled' then
    select c.* into v_change from public.tutoring_session_changes c
    where c.tutoring_session_id = v_session.id and c.kind = 'cancelled' order by c.number desc limit 1;
    if found then
      return v_change;
    end if;
  end if;
  if v_session.status = 'completed' or (v_role <> 'admin' and (v_session.status = 'cancelled'
    or v_session.starts_at <= now())) then
    raise exception 'this session is % and cannot be cancelled', case
        when v_session.status = 'scheduled' then 'under way' else v_session.status::text end
      using errcode = 'PT409', detail = 'session_over', hint = 'Ask an admin, who may refund it.';
  elsif cancel.refund is not null and v_role <> 'admin' then
    raise exception 'only an admin decides about a refund' using errcode = '42501',
      hint = 'Leave refund out: the rules of the tutor decide.';
  end if;

  v_change.tutoring_session_id := v_session.id;
  v_change.kind := 'cancelled';
  v_change.changed_as := v_role;
  v_change.from_starts_at := v_session.starts_at;
  v_change.late := tutoring.is_late(v_session);
  v_change.reason := nullif(btrim(cancel.reason), '');
  v_change.refund := 'none';
  if coalesce(cancel.refund, tutoring.is_refunded_to(v_session, v_role)) then
    select r.refund, r.minor, r.currency into v_change.refund, v_change.refund_minor, v_change.refund_currency
    from tutoring.refund_session(v_session, format('Session cancelled by its %s.', v_role)) r;
    v_change.refund_credits := tutoring.return_credits(v_session);
    if v_change.refund_credits is not null then
      v_change.refund := 'credits';
    end if;
  end if;
  update public.tutoring_sessions s set status = 'cancelled', cancelled_by_calendar = false where s.id = v_session.id;
  return tutoring.record_change(v_change);
end
$$;
comment on function tutoring.cancel(uuid, text, boolean) is
  'For public.cancel_session, and for the database owner: select * from tutoring.cancel(''<id>'', ''why'').';
