begin;
select plan(7);

select tests.a_course('maths');
select tests.enrol('maths', 'amina@tests.example');
create function tests.a_row(columns text, more text) returns text language sql as $$
  select
    format('insert into public.enrollments (cohort_id, email, %s) values (tests.id(''maths''), ''ben@tests.example'', '
      '%s)', columns, more)
$$;
select tests.is_refused($$ select tests.enrol('maths', 'amina@tests.example') $$, 'a_person_enrols_once_in_a_cohort',
  'a person has one seat');
select tests.is_refused($$ select tests.enrol('maths', 'AMINA@tests.example') $$, 'a_person_enrols_once_in_a_cohort',
  'in upper or lower case');
select tests.is_refused(
  $$ insert into public.enrollments (cohort_id, email) values (gen_random_uuid(), 'x@tests.example') $$,
  'an_enrollment_is_in_a_cohort', 'of a cohort that exists'
);
select tests.is_refused(tests.a_row('order_item_id', 'gen_random_uuid()'), 'an_enrollment_may_be_bought',
  'an order item that exists');
select tests.is_refused(tests.a_row('note', 'repeat(''x'', 2001)'), 'a_note_is_short', 'a note is a note');
select tests.enrol('maths', 'chloe@tests.example');
select is((tests.the_seat('maths', 'chloe@tests.example')).status, 'active', 'it begins as active');
select is((tests.the_seat('maths', 'chloe@tests.example')).order_item_id, null,
  'and one given by an admin has no order item');

select * from finish();
rollback;
