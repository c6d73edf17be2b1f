create function tutoring.credits_due(session public.tutoring_sessions) returns integer
language sql stable
set search_path = ''
return nullif(greatest(session.price_credits - coalesce((
  select sum(c.refund_credits) from public.tutoring_session_changes c where c.tutoring_session_id = session.id
), 0), 0), 0)::integer;
comment on function tutoring.credits_due(public.tutoring_sessions) is
  'How many credits a session that is cancelled gives back: what it cost, as far as that was not given back already. '
  'Null: none.';
