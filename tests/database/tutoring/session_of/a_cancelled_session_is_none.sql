begin;
select plan(1);

select tests.a_session('called_off', status => 'cancelled');
select tests.a_session('another', 3600, student => 'other@tests.example');

select is(
  tutoring.session_of(tests.fact_meeting('x') -> 'people', tests.moment(0)::timestamptz, null), tests.id('another'),
  'a cancelled session did not take place'
);

select * from finish();
rollback;
