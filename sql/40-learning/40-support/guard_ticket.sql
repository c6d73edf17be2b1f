create function learning.guard_ticket() returns trigger
language plpgsql
security definer -- it calls ops.is_admin, in a schema that the writer of a ticket may not use
set search_path = ''
as $$
begin
  -- Deeper is learning.reopen_ticket: a reply opens its ticket again, whoever writes it.
  if pg_trigger_depth() = 1 and auth.uid() is not null and not ops.is_admin()
    and (new.priority <> old.priority or new.status not in (old.status, 'closed')) then
    raise exception
      'the customer who opened a ticket may close it, and change nothing else of it' using errcode = '42501',
      hint = 'Write a reply: it opens the ticket again.';
  end if;
  return new;
end
$$;
comment on function learning.guard_ticket() is
  'Row trigger: admins change a ticket''s status; the customer who opened it may only close it, and opens it again by '
  'a reply (learning.reopen_ticket).';

create trigger guard before update on public.support_tickets for each row execute function learning.guard_ticket();
