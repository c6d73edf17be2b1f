create function tutoring.write_to(kind text, session public.tutoring_sessions) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(p.email order by p.role desc), '[]') from tutoring.participants(session) p
    where tutoring.wants_email(p.user_id, write_to.kind)
  );
end
$$;
comment on function tutoring.write_to(text, public.tutoring_sessions) is
  'The addresses of tutor and student that want an e-mail about a kind of notification.';
