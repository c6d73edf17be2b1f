begin;
select plan(5);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_seat('few seats', 'autumn', stock => 1);
select tests.a_product('e-book', stock => null);
create function tests.available(sku text, cohort uuid default null, tutor text default null) returns integer
  language sql as $$
  select commerce.available(jsonb_populate_record(null::public.stock_reservations, jsonb_build_object(
    'product_id', (tests.the_product(available.sku)).id, 'cohort_id', cohort, 'tutor_email', tutor, 'starts_at',
    now() + interval '1 day', 'ends_at', now() + interval '25 hours'
  )))
$$;
select is(tests.available('few seats', tests.id('autumn')), 1, 'one, by the product''s stock');
select is(tests.available('seat', tests.id('autumn')), 2, 'two, by the cohort');
select is(tests.available('lesson', null, 'tutor@tests.example'), null, 'a free tutor is no limit');
select tests.a_booking('cart', 'lesson', '1 day');
select is(tests.available('lesson', null, 'tutor@tests.example'), 0, 'a busy tutor has no time');
select is(tests.available('e-book'), null, 'uncounted stock is no limit');

select * from finish();
rollback;
