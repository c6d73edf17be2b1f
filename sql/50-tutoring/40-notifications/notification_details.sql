create function tutoring.notification_details(notification_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('email', (
    select u.email from public.notifications n join auth.users u on u.id = n.user_id
    where n.id = notification_details.notification_id and u.email_confirmed_at is not null
  ));
end
$$;
comment on function tutoring.notification_details(uuid) is
  'What a message about a notification holds besides its row: the address of the account, if it is confirmed.';
