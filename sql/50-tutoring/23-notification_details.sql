create function tutoring.notification_details(notification_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('email', (
    select u.email from public.notifications n join auth.users u on u.id = n.user_id where n.id = notification_details.notification_id
  ));
end
$$;
comment on function tutoring.notification_details(uuid) is 'What a message about a notification says besides its row: the address of who is notified.';

create trigger tell_the_world after insert or update or delete on public.notifications
for each row execute function outbox.capture_change('tutoring.notification_details');
