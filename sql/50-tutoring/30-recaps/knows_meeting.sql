create function tutoring.knows_meeting(provider text, fact jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_at timestamptz := fact ->> 'occurred_at';
begin
  return exists (
    select 1
    from public.session_recaps r
    left join public.session_transcripts t on t.session_recap_id = r.id
    where r.provider = knows_meeting.provider
      and r.provider_ref = fact ->> 'provider_ref'
      and (
        r.details_as_of >= v_at
        or (r.title, r.started_at, r.ended_at, r.people) is not distinct from
          (fact ->> 'title', (fact ->> 'started_at')::timestamptz, (fact ->> 'ended_at')::timestamptz, fact -> 'people')
      )
      and (fact ->> 'summary_markdown' is null or r.summary_as_of >= v_at
        or r.summary_markdown = fact ->> 'summary_markdown')
      and (fact ->> 'action_items' is null or r.action_items_as_of >= v_at or r.action_items = fact -> 'action_items')
      and (fact ->> 'transcript' is null or t.as_of >= v_at or t.transcript = fact -> 'transcript')
  );
end
$$;
comment on function tutoring.knows_meeting(text, jsonb) is
  'For inbox.knows_fact: every part of a meeting.recorded is here, with the same or a newer value.';
