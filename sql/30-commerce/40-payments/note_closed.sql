create function commerce.note_closed(started_payment_id uuid) returns void
language sql
set search_path = ''
begin atomic
  update public.started_payments p set closed_at = now() where p.id = note_closed.started_payment_id
  and p.closed_at is null;
end;
comment on function commerce.note_closed(uuid) is 'The courier records that the payment can no longer be made there.';
