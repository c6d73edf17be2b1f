create function tutoring.apply_meeting(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_at timestamptz := fact ->> 'occurred_at';
  v_old public.session_recaps;
  v_new public.session_recaps;
  v_other constant text[] := '{details_as_of,details_as_of_event}';
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  select r.* into v_old
  from public.session_recaps r
  where r.provider = apply_meeting.provider and r.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v_new := v_old;

  -- Compared with a part that has not been received yet the result is null: any value is new. Between values of one
  -- time their content decides, part by part, so that any order gives the same result.
  v_new.title := fact ->> 'title';
  v_new.url := fact ->> 'url';
  v_new.share_url := fact ->> 'share_url';
  v_new.meeting_url := fact ->> 'meeting_url';
  v_new.meeting_key := tutoring.meeting_key(fact ->> 'meeting_url');
  v_new.nobody_spoke := (fact ->> 'nobody_spoke')::boolean;
  v_new.started_at := fact ->> 'started_at';
  v_new.ended_at := fact ->> 'ended_at';
  v_new.scheduled_start_at := fact ->> 'scheduled_start_at';
  v_new.scheduled_end_at := fact ->> 'scheduled_end_at';
  v_new.language := fact ->> 'language';
  v_new.people := fact -> 'people';
  v_new.details_as_of := v_at;
  v_new.details_as_of_event := event_id;
  if ((v_at, to_jsonb(v_new) - v_other) > (v_old.details_as_of, to_jsonb(v_old) - v_other)) is false then
    v_new := v_old;
  end if;
  if fact ->> 'summary_markdown' is not null
    and ((v_at, fact ->> 'summary_markdown') > (v_old.summary_as_of, v_old.summary_markdown)) is not false then
    v_new.summary_markdown := fact ->> 'summary_markdown';
    v_new.summary_as_of := v_at;
    v_new.summary_as_of_event := event_id;
  end if;
  if fact ->> 'action_items' is not null
    and ((v_at, fact -> 'action_items') > (v_old.action_items_as_of, v_old.action_items)) is not false then
    v_new.action_items := fact -> 'action_items';
    v_new.action_items_as_of := v_at;
    v_new.action_items_as_of_event := event_id;
  end if;
  if v_new.tutoring_session_id is null or not v_new.matched_by_hand then
    v_new.tutoring_session_id := tutoring.session_of(v_new.people, v_new.started_at, v_new.scheduled_start_at,
      v_new.meeting_url);
  end if;

  -- One statement for all new parts, so that there is one message about them.
  if v_old.id is null then
    insert into public.session_recaps (
      provider, provider_ref, tutoring_session_id, title, url, share_url, started_at, ended_at, scheduled_start_at,
      scheduled_end_at, meeting_url, nobody_spoke,
      language, people, summary_markdown, action_items, details_as_of, details_as_of_event, summary_as_of,
      summary_as_of_event,
      action_items_as_of, action_items_as_of_event
    )
    values (
      apply_meeting.provider, fact ->> 'provider_ref', v_new.tutoring_session_id, v_new.title, v_new.url,
      v_new.share_url, v_new.started_at,
      v_new.ended_at, v_new.scheduled_start_at, v_new.scheduled_end_at, v_new.meeting_url, v_new.nobody_spoke,
      v_new.language, v_new.people, v_new.summary_markdown,
      v_new.action_items, v_new.details_as_of, v_new.details_as_of_event, v_new.summary_as_of,
      v_new.summary_as_of_event,
      v_new.action_items_as_of, v_new.action_items_as_of_event
    )
    returning id into v_new.id;
  elsif v_new is distinct from v_old then
    update public.session_recaps r
    set tutoring_session_id = v_new.tutoring_session_id, title = v_new.title, url = v_new.url,
      share_url = v_new.share_url, meeting_url = v_new.meeting_url, nobody_spoke = v_new.nobody_spoke,
        started_at = v_new.started_at, ended_at = v_new.ended_at, scheduled_start_at = v_new.scheduled_start_at,
        scheduled_end_at = v_new.scheduled_end_at, language = v_new.language, people = v_new.people,
        summary_markdown = v_new.summary_markdown, action_items = v_new.action_items,
        details_as_of = v_new.details_as_of, details_as_of_event = v_new.details_as_of_event,
        summary_as_of = v_new.summary_as_of, summary_as_of_event = v_new.summary_as_of_event,
        action_items_as_of = v_new.action_items_as_of, action_items_as_of_event = v_new.action_items_as_of_event
    where r.id = v_old.id;
  end if;

  if fact ->> 'transcript' is not null then
    insert into public.session_transcripts as t (session_recap_id, transcript, as_of, as_of_event)
    values (v_new.id, fact -> 'transcript', v_at, apply_meeting.event_id)
    on conflict (session_recap_id) do update
    set transcript = excluded.transcript, as_of = excluded.as_of, as_of_event = excluded.as_of_event
    where (excluded.as_of, excluded.transcript) > (t.as_of, t.transcript);
  end if;
  perform tutoring.settle_recap(v_new.id, v_old.tutoring_session_id);
end
$$;
comment on function tutoring.apply_meeting(text, text, jsonb) is
  'Applies meeting.recorded: the latest event wins, part by part (details, summary, action items, transcript); a part '
  'that is null says nothing. Finds the session that was recorded and completes it, and notifies the people the recap '
  'is for.';
