create table public.session_transcripts (
  session_recap_id uuid primary key,
  transcript jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_transcript_is_of_a_recap foreign key (session_recap_id) references public.session_recaps (id)
  on delete cascade,
  constraint a_transcript_is_a_list check (jsonb_typeof(transcript) = 'array')
);

alter table public.session_transcripts enable row level security;
create policy "who reads a recap reads its transcript" on public.session_transcripts for select to authenticated
  using (exists (select 1 from public.session_recaps r where r.id = session_recap_id));

create trigger touch before update on public.session_transcripts for each row execute function ops.touch_updated_at();

comment on table public.session_transcripts is
  'Transcripts of recorded meetings. Separate from the recap, because one may have megabytes: read on request, and not '
  'part of any message or broadcast.';
comment on column public.session_transcripts.transcript is
  '[{speaker, email, text, at_seconds}], in the order of time.';
comment on column public.session_transcripts.as_of is
  'The time of the provider''s latest version; an older event is not applied.';
comment on column public.session_transcripts.as_of_event is 'The provider''s id of the event it is from.';
