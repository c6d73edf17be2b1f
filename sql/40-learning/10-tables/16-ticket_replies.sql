create table public.ticket_replies (
  id uuid primary key default ops.uuid7(),
  ticket_id uuid not null,
  author_user_id uuid default auth.uid(),
  author_email text default ops.my_email(),
  from_staff boolean not null default ops.is_admin(),
  body text not null,
  source public.written_by not null default 'app',
  provider text,
  provider_ref text,
  created_at timestamptz not null default now(),

  constraint a_reply_is_to_a_ticket foreign key (ticket_id) references public.support_tickets (id) on delete cascade,
  constraint a_reply_is_somebodys check (num_nonnulls(author_user_id, author_email) > 0),
  constraint an_address_is_lower_case check (author_email = lower(author_email) and length(author_email) <= 320),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000),
  constraint a_reply_from_outside_comes_once unique (provider, provider_ref),
  constraint a_reply_from_outside_has_its_id check ((provider is null) = (provider_ref is null))
);
create index ticket_replies_by_ticket on public.ticket_replies (ticket_id);
create index ticket_replies_by_author on public.ticket_replies (author_user_id);

create trigger capture_change after insert or update or delete on public.ticket_replies
for each row execute function outbox.capture_change('learning.ticket_reply_details');
create trigger enforce_quota before insert on public.ticket_replies for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.ticket_replies for each statement execute function
  outbox.refuse_truncate();

alter table public.ticket_replies enable row level security;
-- Readers see only the replies to their own tickets: the policy of support_tickets holds here too.
create policy "who reads a ticket reads its replies" on public.ticket_replies for select to authenticated
  using (exists (select 1 from public.support_tickets t where t.id = ticket_id));
-- Only ticket_id and body are granted (sql/90-grants): the defaults set the owner.
create policy "who reads a ticket replies to it" on public.ticket_replies for insert to authenticated
  with check (author_user_id = (select auth.uid()) and exists (select 1 from public.support_tickets t
    where t.id = ticket_id));

comment on table public.ticket_replies is 'The replies to a ticket. They never change.';
comment on column public.ticket_replies.from_staff is 'Whether an admin wrote it.';
comment on column public.ticket_replies.provider is 'The provider that sent it, if it was received by webhook.';
comment on column public.ticket_replies.provider_ref is 'Its id at the provider, so that it is stored once.';
comment on column public.ticket_replies.author_email is 'The address it was written from. Null: by an account.';
