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
create function tests.on_monday(words text) returns text language sql as $$
  select to_char(tests.next_monday() at time zone 'UTC', 'YYYY-MM-DD') || words
$$;
select is(tests.opens(tests.on_monday('T15:00:00Z'), tests.on_monday('T16:00:00+01:00')), '22023 quantity_invalid',
  'one time can be booked once');
select is(tests.opens(tests.on_monday('T15:00:00Z'), tests.on_monday('T16:00:00Z')), 'taken',
  'two times are two items');

select * from finish();
rollback;
