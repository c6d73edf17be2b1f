create function ops.may_be_acknowledged(what text) returns boolean
language sql immutable parallel safe
set search_path = ''
return what in (
  'dispute lost', 'recap of no session', 'tutor missing', 'live event that is none of ours', 'member not reached',
  -- Until the next one.
  'webhooks refused', 'webhooks not accepted', 'requests not served',
  -- What was sold and paid cannot be undone by a statement.
  'order and checkout differ in total', 'order and its items differ in total', 'order and checkout differ in items',
  'order and payment differ in amount', 'order of another checkout than its payment',
  'payment started for another checkout', 'refund of another payment', 'refund in another currency than its payment'
);
comment on function ops.may_be_acknowledged(text) is
  'Whether a line of ops.attention is about something that nobody can mend any more, by its what.';
