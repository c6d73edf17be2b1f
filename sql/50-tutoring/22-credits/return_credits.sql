create function tutoring.return_credits(session public.tutoring_sessions) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_due integer := tutoring.credits_due(session);
begin
  if v_due is not null then
    insert into public.credit_ledger (user_id, credits, reason, note)
    values (session.student_user_id, v_due, 'granted', 'Cancelled: tutoring_session/' || session.id);
  end if;
  return v_due;
end
$$;
comment on function tutoring.return_credits(public.tutoring_sessions) is
  'Gives back what a session cost in credits (tutoring.credits_due); returns how many, null for none. The caller holds '
  'the balance and the session, and records the result as refund_credits of its change.';
