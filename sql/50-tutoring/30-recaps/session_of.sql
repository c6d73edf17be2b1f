create function tutoring.session_of(
  people jsonb, started_at timestamptz, scheduled_start_at timestamptz, meeting_url text default null
) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_found uuid[] := array(select l from tutoring.sessions_like(session_of.people, session_of.started_at,
    session_of.scheduled_start_at, session_of.meeting_url) l);
begin
  return case when cardinality(v_found) = 1 then v_found[1] end;
end
$$;
comment on function tutoring.session_of(jsonb, timestamptz, timestamptz, text) is
  'The session that a meeting belongs to: the one that tutoring.sessions_like finds. Null: there is none, or several '
  'that are equally likely; then a person decides (tutoring.match_recap).';
