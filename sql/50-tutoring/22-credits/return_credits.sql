create function tutoring.return_credits(session public.tutoring_sessions) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_left integer := session.price_credits - coalesce((
    select sum(c.refund_credits) from public.tutoring_session_changes c where c.tutoring_session_id = session.id
  ), 0);
begin
  if coalesce(v_left, 0) <= 0 then
    return null;
  end if;
  insert into public.credit_ledger (user_id, credits, reason, note)
  values (session.student_user_id, v_left, 'granted', 'Cancelled: tutoring_session/' || session.id);
  return v_left;
end
$$;
comment on function tutoring.return_credits(public.tutoring_sessions) is
  'Gives back what a session cost in credits, as far as it was not given back already; returns how many, null for '
  'none. The caller holds the balance and the session, and records the result as refund_credits of its change.';
