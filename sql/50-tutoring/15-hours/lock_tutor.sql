create function tutoring.lock_tutor(tutor_email text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(tutoring.tutor_lock(tutor_email));
end
$$;
comment on function tutoring.lock_tutor(text) is
  'Locks one tutor''s time, as commerce.lock_seats does for checkouts: who books or moves a session holds it, so that '
  'a time that is free stays free until it is taken.';
