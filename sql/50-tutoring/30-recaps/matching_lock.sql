create function tutoring.matching_lock() returns bigint
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return hashtextextended('tutoring/matching', 0);
end
$$;
comment on function tutoring.matching_lock() is
  'The advisory lock under which sessions and recordings are written: a session and its recording that come at the '
  'same moment would otherwise not see each other.';
