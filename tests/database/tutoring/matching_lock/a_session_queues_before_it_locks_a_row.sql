begin;
select plan(3);

select tests.a_session('lesson');
select ok(tests.is_locked(tutoring.matching_lock()), 'writing a session holds the lock to the end');
select is(
  (select string_agg(case when t.tgtype & 1 = 0 then 'statement' else 'row' end || case when t.tgtype & 2 = 2
    then ' before' else ' after' end, ', ')
   from pg_trigger t where t.tgrelid = 'public.tutoring_sessions'::regclass
     and t.tgfoid = 'tutoring.queue_for_matching'::regproc),
  'statement before', 'and waits for it before any row is locked'
);
select is(tutoring.matching_lock(), tutoring.matching_lock(), 'it is one lock');

select * from finish();
rollback;
