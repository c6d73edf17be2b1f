create function tutoring.matching_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('tutoring/matching', 0);
end
$$;
comment on function tutoring.matching_lock() is
  'The advisory lock for writing sessions and recordings: otherwise a session and its recording that arrive at the '
  'same time would not see each other.';
