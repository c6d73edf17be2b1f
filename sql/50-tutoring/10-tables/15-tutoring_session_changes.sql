create type public.tutoring_session_change_kind as enum ('rescheduled', 'cancelled');
comment on type public.tutoring_session_change_kind is 'What was done to a tutoring session.';
create type public.tutoring_session_role as enum ('student', 'tutor', 'admin');
comment on type public.tutoring_session_role is 'As who somebody changed a tutoring session.';
create type public.tutoring_session_refund as enum ('requested', 'by_hand', 'none', 'credits');
comment on type public.tutoring_session_refund is
  'What becomes of the money of a cancelled session. requested: the provider is asked to refund it (refund_requests). '
  'by_hand: the provider cannot, so its order needs attention. credits: what it cost is in the ledger again. none: '
  'cancelled too late, or nothing was paid.';

create table public.tutoring_session_changes (
  id uuid primary key default ops.uuid7(),
  tutoring_session_id uuid not null,
  number integer not null,
  kind public.tutoring_session_change_kind not null,
  changed_as public.tutoring_session_role not null,
  changed_by uuid,
  from_starts_at timestamptz not null,
  to_starts_at timestamptz,
  late boolean not null,
  reason text,
  refund public.tutoring_session_refund,
  refund_minor bigint,
  refund_currency text,
  refund_credits integer,
  key text,
  created_at timestamptz not null default now(),

  constraint a_change_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete cascade,
  constraint changes_of_a_session_are_numbered unique (tutoring_session_id, number),
  constraint a_key_is_used_once_for_a_session unique (tutoring_session_id, key),
  constraint a_key_is_1_to_200_characters check (length(key) between 1 and 200),
  constraint a_session_is_moved_to_a_time check ((kind = 'rescheduled') = (to_starts_at is not null)),
  constraint a_cancellation_says_what_is_refunded check ((kind = 'cancelled') = (refund is not null)),
  constraint a_refund_has_an_amount
    check (coalesce(refund in ('requested', 'by_hand'), false) = (refund_minor is not null)
      and (refund_minor is null) = (refund_currency is null) and coalesce(refund_minor > 0, true)),
  constraint credits_that_come_back_are_counted
    check (coalesce(refund = 'credits', false) = (refund_credits is not null) and coalesce(refund_credits > 0, true)),
  constraint an_admin_says_why check (changed_as <> 'admin' or coalesce(reason ~ '\S', false)),
  constraint a_reason_is_at_most_1000_characters check (length(reason) <= 1000)
);

alter table public.tutoring_session_changes enable row level security;
-- Readers see only the changes of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the changes of their own sessions, admins all"
  on public.tutoring_session_changes for select to authenticated
  using (exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id));

create trigger capture_change after insert or update or delete on public.tutoring_session_changes
for each row execute function outbox.capture_change('tutoring.change_details');
create trigger refuse_truncate before truncate on public.tutoring_session_changes for each statement execute function
  outbox.refuse_truncate();

comment on table public.tutoring_session_changes is
  'Who moved or cancelled which tutoring session, when and why: written by public.reschedule_session and '
  'public.cancel_session. What a calendar, a refund or an admin changes in the row itself is not here.';
comment on column public.tutoring_session_changes.number is 'The first change of the session is 1.';
comment on column public.tutoring_session_changes.changed_by is 'The account. Null: the database owner, in Studio.';
comment on column public.tutoring_session_changes.from_starts_at is 'When it began before the change.';
comment on column public.tutoring_session_changes.to_starts_at is 'When it begins now. Null: it was cancelled.';
comment on column public.tutoring_session_changes.late is
  'Less than tutors.cancel_hours before it would have begun. A student who moved a session late is not refunded when '
  'it is cancelled afterwards.';
comment on column public.tutoring_session_changes.reason is 'As they put it; both are shown it.';
comment on column public.tutoring_session_changes.refund_minor is 'How much is refunded, in minor units.';
comment on column public.tutoring_session_changes.refund_credits is 'How many credits are given back.';
comment on column public.tutoring_session_changes.key is
  'Chosen by the app: the same call with the same key changes nothing more.';
