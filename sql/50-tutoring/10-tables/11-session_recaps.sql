create table public.session_recaps (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  tutoring_session_id uuid,
  matched_by_hand boolean not null default false,
  title text not null,
  url text,
  share_url text,
  meeting_url text,
  meeting_key text generated always as (tutoring.meeting_key(meeting_url)) stored,
  started_at timestamptz not null,
  ended_at timestamptz,
  scheduled_start_at timestamptz,
  scheduled_end_at timestamptz,
  language text,
  people jsonb not null,
  emails text[] generated always as (tutoring.emails_of(people)) stored,
  summary_markdown text,
  action_items jsonb,
  nobody_spoke boolean,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  details_as_of timestamptz not null,
  details_as_of_event text not null,
  summary_as_of timestamptz,
  summary_as_of_event text,
  action_items_as_of timestamptz,
  action_items_as_of_event text,

  constraint a_provider_names_a_recording_once unique (provider, provider_ref),
  constraint a_recap_is_of_a_session foreign key (tutoring_session_id) references public.tutoring_sessions (id)
    on delete set null,
  constraint action_items_are_a_list check (jsonb_typeof(action_items) = 'array'),
  constraint a_summary_says_as_of_when
    check ((summary_markdown is not null) = (summary_as_of is not null and summary_as_of_event is not null)),
  constraint action_items_say_as_of_when
    check ((action_items is not null) = (action_items_as_of is not null and action_items_as_of_event is not null))
);
create index session_recaps_by_session on public.session_recaps (tutoring_session_id);
create index session_recaps_by_email on public.session_recaps using gin (emails);
create index session_recaps_by_meeting on public.session_recaps (meeting_key);

alter table public.session_recaps enable row level security;
-- Readers see only the recaps of their own sessions: the policy of tutoring_sessions holds here too.
create policy "people read the recaps of their own sessions, admins all"
  on public.session_recaps for select to authenticated
  using (
    exists (select 1 from public.tutoring_sessions s where s.id = tutoring_session_id)
    or (tutoring_session_id is null and emails @> array[(select ops.my_email())])
    or (select ops.is_admin())
  );

create trigger touch before update on public.session_recaps for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.session_recaps
for each row execute function outbox.capture_change('tutoring.recap_details');
create trigger refuse_truncate before truncate on public.session_recaps for each statement execute function
  outbox.refuse_truncate();

comment on table public.session_recaps is
  'Recaps of recorded meetings, one row per recording. Each part (details, summary, action items) is from the latest '
  'event about it.';
comment on column public.session_recaps.provider_ref is 'The provider''s id of the recording.';
comment on column public.session_recaps.tutoring_session_id is
  'The session that was recorded (tutoring.session_of). Null: no known session.';
comment on column public.session_recaps.matched_by_hand is
  'A person said which session it is of (tutoring.match_recap): what the provider sends later does not change that.';
comment on column public.session_recaps.meeting_url is
  'The link of the meeting that was recorded, from its calendar event. Compared with the meet_link of sessions. Null: '
  'not known.';
comment on column public.session_recaps.meeting_key is 'The room it leads to (tutoring.meeting_key).';
comment on column public.session_recaps.nobody_spoke is
  'Whether its transcript was received and is empty. Null: no transcript was received.';
comment on column public.session_recaps.started_at is 'When the recording starts.';
comment on column public.session_recaps.people is
  'Participants and invited people: [{name, email}], the owner of the recording first.';
comment on column public.session_recaps.emails is
  'The addresses in people. Without a session, the recap belongs to these people.';
comment on column public.session_recaps.action_items is
  '[{description, completed, assignee_name, assignee_email, at_seconds, url}]. Null: not received yet.';
comment on column public.session_recaps.details_as_of is
  'The time of the provider''s latest change of everything but summary and action items; an older event is not '
  'applied.';
comment on column public.session_recaps.details_as_of_event is 'The provider''s id of the event it is from.';
comment on column public.session_recaps.summary_as_of is 'The same for the summary.';
comment on column public.session_recaps.action_items_as_of is 'The same for the action items.';
