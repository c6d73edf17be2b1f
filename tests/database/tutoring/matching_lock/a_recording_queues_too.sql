begin;
select plan(2);

select ok(not tests.is_locked(tutoring.matching_lock()), 'the lock is not held yet');
select tutoring.apply_meeting('tests', 'evt_1', tests.fact_meeting('rec_1'));

select ok(tests.is_locked(tutoring.matching_lock()), 'applying a recording takes it');

select * from finish();
rollback;
