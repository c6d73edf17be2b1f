create table public.support_tickets (
  id uuid primary key default ops.uuid7(),
  number bigint generated always as identity (start with 1001),
  user_id uuid default auth.uid(),
  email text default ops.my_email(),
  subject text not null,
  body text not null,
  status public.ticket_status not null default 'open',
  priority public.ticket_priority not null default 'normal',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_number_names_one_ticket unique (number),
  constraint a_ticket_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_subject_is_not_blank check (subject ~ '\S' and length(subject) <= 200),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000)
);
create index support_tickets_by_user on public.support_tickets (user_id);
create index support_tickets_by_email on public.support_tickets (email);

alter table public.support_tickets enable row level security;
create policy "people read their own tickets, admins all" on public.support_tickets for select to authenticated
  using (user_id = (select auth.uid()) or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin()));
-- Only subject and body are granted (sql/90-grants): the defaults set the owner.
create policy "people open tickets of their own" on public.support_tickets for insert to authenticated with
  check (user_id = (select auth.uid()));
-- Only status and priority are granted; learning.guard_ticket checks the rest.
create policy "people close their own tickets, admins move all" on public.support_tickets for update to authenticated
  using (user_id = (select auth.uid()) or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin()));

create trigger touch before update on public.support_tickets for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.support_tickets
for each row execute function outbox.capture_change('learning.ticket_details');
create trigger enforce_quota before insert on public.support_tickets for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.support_tickets for each statement execute function
  outbox.refuse_truncate();

comment on table public.support_tickets is
  'Requests for help. The customer who opened one adds to it in ticket_replies, and may close it; an admin replies '
  'there and changes its status. A reply of the customer opens one that is waiting or closed.';
comment on column public.support_tickets.number is 'The ticket number that the customer sees.';
comment on column public.support_tickets.user_id is
  'The account that opened it. Null: the account with the address email, once it is confirmed.';
comment on column public.support_tickets.email is 'The confirmed address of the customer who opened it, in lower case.';
comment on column public.support_tickets.subject is 'What it is about.';
