create type ops.severity as enum ('note', 'soon', 'urgent');
comment on type ops.severity is
  'urgent: a payment, or something that was paid for, waits. soon: it does not get better by itself. note: nothing '
  'fails because of it.';

create function ops.severity(what text) returns ops.severity
language sql immutable parallel safe
set search_path = ''
return case
  when what in ('webhooks of a new shape', 'destination held', 'event parked', 'event unconfirmed',
    'calendar invitation incomplete') then 'note'
  when what in (
    'event parked for over an hour', 'event never confirmed', 'destination failing', 'recap of no session',
    'reconciliation failing', 'reconciliation incomplete for over an hour', 'provider cannot be asked',
    'order of events undecided', 'webhooks not accepted',
    'receipt overdue', 'route makes no message', 'audit overdue', 'refund refused', 'refund failed', 'refund not sent',
    'checkout paid in part',
    'calendar consent ends', 'conversation stuck', 'member not reached', 'member waits for an answer'
  ) then 'soon'
  else 'urgent'
end::ops.severity;
comment on function ops.severity(text) is 'How severe a row of ops.attention is, by its what.';
