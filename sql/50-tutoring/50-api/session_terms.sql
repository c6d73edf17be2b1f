-- As public.free_times: a caller needs no right to use the schema tutoring.
create function public.session_terms(session_id uuid)
returns table (
  changes_as public.tutoring_session_role, tutor_name text,
  move_refused text, move_until timestamptz, moves_left integer,
  cancel_refused text, refund public.tutoring_session_refund, refund_minor bigint, refund_currency text,
  refund_credits integer, refunded_until timestamptz
)
language sql stable
set search_path = ''
begin atomic
  select t.changes_as, t.tutor_name, t.move_refused, t.move_until, t.moves_left, t.cancel_refused, t.refund,
    t.refund_minor, t.refund_currency, t.refund_credits, t.refunded_until
  from tutoring.terms_of_session(session_terms.session_id) t;
end;
comment on function public.session_terms(uuid) is
  'For the app, before it offers to move or cancel the caller''s tutoring session: what the rules allow now. '
  'changes_as: as who. move_refused: why it cannot be moved (session_over, too_late, moved_too_often; null: it can); '
  'move_until: until when it could be at its present time, and moves_left: how often, both null for an admin. '
  'cancel_refused: session_over, or null. refund, refund_minor (in minor units of refund_currency) and refund_credits: '
  'what cancelling it now gives back, as public.cancel_session would answer. refunded_until: until when it gives '
  'something back; null: it does not any more, since the student moved it late. Raises PT404 session_unknown.';
