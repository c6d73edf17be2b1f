begin;
select plan(1);

select tests.a_session('called_off', status => 'cancelled');
select tests.a_session('another', 3600, student => 'other@tests.example');

select is(
  tutoring.session_of(tests.fact_meeting('x') -> 'people', tests.moment(0)::timestamptz, null), tests.id('another'),
  'what took place was not what was cancelled'
);

select * from finish();
rollback;
