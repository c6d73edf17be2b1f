create function tutoring.forget_cancellation() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.cancelled_by_calendar := false;
  return new;
end
$$;
comment on function tutoring.forget_cancellation() is
  'Row trigger: a session that is scheduled again no longer counts as cancelled by the calendar. If an admin cancels '
  'it afterwards, the calendar does not bring it back.';

create trigger forget_cancellation before update on public.tutoring_sessions
for each row when (new.status <> 'cancelled' and new.cancelled_by_calendar) execute function
  tutoring.forget_cancellation();
