begin;
select plan(2);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');

create function tests.opens(one text, other text) returns text language sql as $$
  select tests.refusal(format('select commerce.open_checkout(''amina@tests.example'', %L)', jsonb_build_array(
    jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', one),
    jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', other)
  )))
$$;
select is(tests.opens('2036-11-25T15:00:00Z', '2036-11-25T16:00:00+01:00'), '22023 quantity_invalid',
  'one time can be booked once');
select is(tests.opens('2036-11-25T15:00:00Z', '2036-11-25T16:00:00Z'), 'taken', 'two times are two items');

select * from finish();
rollback;
