begin;
select plan(4);

select tests.a_cohort('autumn');
insert into public.enrollments (cohort_id, email) values (tests.id('autumn'), 'amina@tests.example');
create function tests.checks(quantity integer, email text) returns text language sql as $$
  select tests.refusal(format('select commerce.check_item(''seat'', ''cohort_seat'', %L, %s, null, %L)',
    tests.id('autumn'), quantity, email))
$$;
select is(tests.checks(2, 'ben@tests.example'), '22023 quantity_invalid', 'two');
select is(tests.checks(1, 'amina@tests.example'), 'P0001 already_enrolled', 'a person who has one');
select is(tests.checks(1, 'ben@tests.example'), 'taken', 'one for a person who has none');
update public.enrollments set status = 'cancelled' where email = 'amina@tests.example';
select is(tests.checks(1, 'amina@tests.example'), 'taken', 'a person who gave it back may buy again');

select * from finish();
rollback;
