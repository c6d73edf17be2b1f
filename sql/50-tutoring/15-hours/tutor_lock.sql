create function tutoring.tutor_lock(tutor_email text) returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('signalbox tutor ' || tutor_email, 0);
end
$$;
comment on function tutoring.tutor_lock(text) is
  'The key of the advisory lock of one tutor''s time: commerce.lock_seats takes it for checkouts, tutoring.lock_tutor '
  'for a session that is booked or moved.';
