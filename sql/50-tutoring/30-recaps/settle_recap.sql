create function tutoring.settle_recap(recap_id uuid, session_before uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform tutoring.refresh_session(s.id)
  from (
    select r.tutoring_session_id as id from public.session_recaps r where r.id = settle_recap.recap_id
    union
    select session_before
  ) s
  where s.id is not null;
  perform tutoring.notify(settle_recap.recap_id);
end
$$;
comment on function tutoring.settle_recap(uuid, uuid) is
  'Updates everything that depends on a recap: its session, its previous session, and the notifications.';
