begin;
select plan(6);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
create function tests.asks(who text, cohort uuid, columns text default '', more text default '') returns text
  language sql as $$
  select tests.by(who,
    format('insert into public.student_questions (subject, question, cohort_id%s) values (''x'', ''Why?'', %L%s)',
      columns, cohort, more))
$$;
select is(tests.asks('student@tests.example', tests.id('maths')), '1', 'in an own cohort');
select is(tests.asks('student@tests.example', null), '1', 'or in none');
select is(tests.asks('student@tests.example', tests.id('physics')), '42501', 'not in another');
select is(tests.asks('student@tests.example', null, ', user_id', format(', %L', tests.user_id('other@tests.example'))),
  '42501', 'nor as somebody else');
select is(tests.asks('student@tests.example', null, ', answer', ', ''Because.'''), '42501', 'nor with the answer');
select is((select string_agg(distinct q.email || ' ' || (q.user_id = tests.user_id(q.email)), ' ')
  from public.student_questions q), 'student@tests.example true', 'the author is set by default');

select * from finish();
rollback;
