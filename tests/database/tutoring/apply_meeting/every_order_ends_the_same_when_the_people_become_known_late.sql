begin;
select plan(1);

select tests.create_user('tutor@tests.example');
select tests.create_user('student@tests.example');
select tests.create_user('guest@tests.example');
select tests.a_session('theirs');
select tests.a_session('another', 600, student => 'other@tests.example');
select tests.ends_the_same_in_every_order(
  'first the guest and the tutor, then tutor and student; the recording moves to another session',
  tests.an_event('evt_1', tests.fact_meeting('rec_1', '{tutor@tests.example,guest@tests.example,other@tests.example}',
    1) || tests.a_summary()),
  tests.an_event('evt_2', tests.fact_meeting('rec_1', '{tutor@tests.example,student@tests.example}', 2)),
  tests.an_event('evt_3', tests.fact_meeting('rec_2', '{tutor@tests.example,other@tests.example}', 3)
    || '{"ended_at": null}'),
  tests.an_event('evt_4', tests.fact_meeting('rec_1', '{guest@tests.example}', 0)
    || '{"started_at": "2026-01-09T00:00:00Z"}')
);

select * from finish();
rollback;
