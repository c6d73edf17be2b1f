create function tutoring.lock_trial(email text) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('signalbox trial ' || lock_trial.email, 0));
end
$$;
comment on function tutoring.lock_trial(text) is
  'Two trials that a student books at a time would not see each other. Before all other locks: nobody waits for it who '
  'holds one.';
