begin;
select plan(4);

create function tests.a_row(name text, capacity text, starts text, ends text) returns text language sql as $$
  select format('insert into public.cohorts (name, capacity, starts_at, ends_at) values (%L, %L, %L, %L)', name,
    capacity, starts, ends)
$$;
select tests.is_refused(tests.a_row(' ', '1', null, null), 'a_name_is_not_blank', 'it has a name');
select tests.is_refused(tests.a_row('x', '-1', null, null), 'a_capacity_is_not_negative', 'no negative capacity');
select tests.is_refused(tests.a_row('x', '1', '2027-01-02', '2027-01-01'), 'a_cohort_ends_after_it_starts',
  'it ends after it starts');
select lives_ok(tests.a_row('x', '0', null, null), 'its dates may be open');

select * from finish();
rollback;
