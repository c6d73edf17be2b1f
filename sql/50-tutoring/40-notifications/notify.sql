create function tutoring.notify(recap_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_title text;
  v_users uuid[];
begin
  select r.title into v_title
  from public.session_recaps r
  where r.id = notify.recap_id
    and (
      r.summary_markdown <> ''
      or r.action_items <> '[]'
      or exists (select 1 from public.session_transcripts t where t.session_recap_id = r.id and t.transcript <> '[]')
    );
  v_users := array(select distinct a.user_id from tutoring.audience(notify.recap_id) a where a.user_id is not null
    and v_title is not null);

  delete from public.notifications n
  where n.session_recap_id = notify.recap_id and n.kind = 'recap_ready' and n.user_id <> all (v_users);
  insert into public.notifications as n (user_id, kind, title, body, session_recap_id)
  select u.id, 'recap_ready', 'Your recap is ready', v_title, notify.recap_id from unnest(v_users) u (id)
  on conflict on constraint somebody_is_notified_of_a_recap_once do update
  set body = excluded.body
  where n.body is distinct from excluded.body;
end
$$;
comment on function tutoring.notify(uuid) is
  'Notifies every account that a recap is for, once, as soon as there is something to read. An account that turns out '
  'not to be meant, because the session was received later, loses the notification: its link would lead nowhere.';
