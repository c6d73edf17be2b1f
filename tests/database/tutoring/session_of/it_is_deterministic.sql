begin;
select plan(1);

select tests.a_session('a');
select tests.a_session('b');
update public.tutoring_sessions s set title = 'touched' where s.id = least(tests.id('a'), tests.id('b'));

select is(
  tutoring.session_of(tests.fact_meeting('x') -> 'people', tests.moment(0)::timestamptz, null),
  least(tests.id('a'), tests.id('b')),
  'of two equal ones always the same, wherever they are on disk'
);

select * from finish();
rollback;
