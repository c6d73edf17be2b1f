create function tutoring.wants_email(user_id uuid, kind text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select p.by_email from public.notification_preferences p
    where p.user_id = wants_email.user_id and p.kind = wants_email.kind
  ), true);
end
$$;
comment on function tutoring.wants_email(uuid, text) is
  'Whether an account wants e-mails about a kind of notification; who has no account (null) does.';
