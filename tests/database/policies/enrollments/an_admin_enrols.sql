begin;
select plan(7);

select tests.create_user('student@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_course('physics', instructor => 'anothers@tests.example');
select tests.enrol('maths', 'student@tests.example');
select tests.enrol('physics', 'other@tests.example');
select is(
  tests.by('admin@tests.example', $$ insert into public.enrollments (cohort_id, email, note)
    values (tests.id('maths'), 'New@tests.example', 'a scholarship') $$), '1', 'by inserting a row'
);
select is((tests.the_seat('maths', 'new@tests.example')).status, 'active', 'which gives a seat');
select is(
  (select string_agg(m ->> 'type', ' ')
    from tests.the_messages('enrollments/' || (tests.the_seat('maths', 'new@tests.example')).id) m),
    'enrollment.created', 'and a welcome message as for any other'
);
update public.cohorts c set capacity = 2 where c.id = tests.id('maths');
select is(tests.by('admin@tests.example', $$ insert into public.enrollments (cohort_id, email)
  values (tests.id('maths'), 'more@tests.example') $$), '23514', 'but not where none is free');
select is(
  tests.by('admin@tests.example', $$ insert into public.enrollments (cohort_id, email, order_item_id)
    values (tests.id('physics'), 'x@tests.example', null) $$), '42501', 'an admin cannot set that it was bought'
);
select is(tests.by('admin@tests.example', $$ update public.enrollments e set status = 'cancelled'
  where e.cohort_id = tests.id('maths') $$), '2', 'an admin cancels it too');
select is(tests.by('instructor@tests.example', $$ insert into public.enrollments (cohort_id, email)
  values (tests.id('maths'), 'x@tests.example') $$), '42501', 'an instructor does not enrol');

select * from finish();
rollback;
