create function learning.reopen_ticket() returns trigger
language plpgsql
security definer -- the writer of a reply has no right to open a ticket
set search_path = ''
as $$
begin
  update public.support_tickets t set status = 'open' where t.id = new.ticket_id and t.status in ('waiting', 'closed');
  return null;
end
$$;
comment on function learning.reopen_ticket() is
  'Row trigger: a customer''s reply, written in an app or by e-mail, opens a ticket that is waiting or closed.';

create trigger reopen_ticket after insert on public.ticket_replies
for each row when (not new.from_staff) execute function learning.reopen_ticket();
