create function learning.guard_ticket() returns trigger
language plpgsql
security definer -- it calls ops.is_admin, in a schema that the writer of a ticket may not use
set search_path = ''
as $$
begin
  if auth.uid() is not null and not ops.is_admin()
    and (new.priority <> old.priority or new.status not in (old.status, 'closed')) then
    raise exception
      'the customer who opened a ticket may close it, and change nothing else of it' using errcode = '42501',
      hint = 'Write a reply instead.';
  end if;
  return new;
end
$$;
comment on function learning.guard_ticket() is
  'Row trigger: admins change a ticket''s status; the customer who opened it may only close it.';

create trigger guard before update on public.support_tickets for each row execute function learning.guard_ticket();
