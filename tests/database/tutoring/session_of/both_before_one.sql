begin;
select plan(5);

select tests.a_session('with_the_student', 3000);
select tests.a_session('with_another', 0, student => 'other@tests.example');
create function tests.of(emails text[]) returns uuid language sql stable as $$
  select tutoring.session_of(tests.fact_meeting('x', emails) -> 'people', tests.moment(0)::timestamptz, null)
$$;

select is(tests.of('{tutor@tests.example,student@tests.example}'), tests.id('with_the_student'),
  'tutor and student were there: their session, though another is nearer');
select is(tests.of('{tutor@tests.example,unknown@tests.example}'), tests.id('with_another'),
  'only the tutor is known: the tutor''s nearest session');
select is(tests.of('{student@tests.example}'), tests.id('with_the_student'),
  'only the student is known: the student''s session');
select is(tests.of('{unknown@tests.example}'), null, 'nobody is known: none');
select is(tutoring.session_of('[{"name": "Tutor", "email": null}]', tests.moment(0)::timestamptz, null), null,
  'without any address: none');

select * from finish();
rollback;
