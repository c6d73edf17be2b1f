begin;
select plan(4);

create function tests.checks(quantity integer, starts_at timestamptz) returns text language sql as $$
  select
    tests.refusal(format('select commerce.check_item(''lesson'', ''tutoring_session'', null, %s, %L, '
      '''amina@tests.example'')', quantity, starts_at))
$$;
select is(tests.checks(1, null), '22023 starts_at_missing', 'none');
select is(tests.checks(1, now() - interval '1 second'), '22023 starts_at_past', 'in the past');
select is(tests.checks(2, now() + interval '1 day'), '22023 quantity_invalid', 'twice at one time');
select is(tests.checks(1, now() + interval '1 day'), 'taken', 'once, at a future time');

select * from finish();
rollback;
