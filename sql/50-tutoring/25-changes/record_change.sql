create function tutoring.record_change(change public.tutoring_session_changes) returns public.tutoring_session_changes
language plpgsql
set search_path = ''
as $$
declare
  v_change public.tutoring_session_changes := change;
begin
  v_change.id := ops.uuid7();
  v_change.number := (
    select count(*) + 1 from public.tutoring_session_changes c where c.tutoring_session_id = change.tutoring_session_id
  );
  v_change.changed_by := auth.uid();
  v_change.created_at := now();
  insert into public.tutoring_session_changes select v_change.*;
  perform tutoring.notify_of_change(v_change);
  return v_change;
end
$$;
comment on function tutoring.record_change(public.tutoring_session_changes) is
  'Records a change of a session as the caller''s, and notifies tutor and student. The caller holds the session''s '
  'row.';
