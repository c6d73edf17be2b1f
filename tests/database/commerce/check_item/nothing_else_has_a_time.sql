begin;
select plan(5);

create function tests.checks(kind text, starts_at timestamptz) returns text language sql as $$
  select tests.refusal(format('select commerce.check_item(''thing'', %L, null, 5, %L, ''amina@tests.example'')', kind,
    starts_at))
$$;
select is(tests.checks('goods', now() + interval '1 day'), '22023 starts_at_unexpected', 'goods');
select is(tests.checks('credit_pack', now() + interval '1 day'), '22023 starts_at_unexpected', 'packs');
select is(tests.checks('cohort_seat', now() + interval '1 day'), '22023 starts_at_unexpected', 'seats');
select is(tests.checks('goods', null), 'taken', 'without a time, any quantity');
select is(tests.checks('credit_pack', null), 'taken', 'packs too');

select * from finish();
rollback;
