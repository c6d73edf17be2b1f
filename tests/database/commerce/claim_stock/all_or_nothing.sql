begin;
select plan(11);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_seat('few seats', 'autumn', stock => 1);
create function tests.claims(sku text, quantity integer, cohort uuid default null, tutor text default null,
  starts_in interval default null) returns boolean language sql as $$
  select commerce.claim_stock(jsonb_populate_record(null::public.stock_reservations, jsonb_build_object(
    'product_id', (tests.the_product(claims.sku)).id, 'quantity', claims.quantity, 'cohort_id', claims.cohort,
    'tutor_email', claims.tutor,
    'starts_at', now() + claims.starts_in, 'ends_at', now() + claims.starts_in + interval '1 hour'
  )))
$$;
select tests.a_product('chair', stock => 2);
select ok(not tests.claims('chair', 3), 'more than is free');
select is(tests.the_stock('chair'), 2, 'changes nothing');
select ok(tests.claims('chair', 2), 'all that is free');
select is(tests.the_stock('chair'), 0, 'takes it');
select ok(tests.claims('seat', 2, tests.id('autumn')), 'a seat of a product that is not counted');
select ok(not tests.claims('seat', 3, tests.id('autumn')), 'as many as the cohort has');
select ok(not tests.claims('few seats', 2, tests.id('autumn')), 'and as the product has');
select is(tests.the_stock('few seats'), 1, 'in which case none is taken');
select ok(tests.claims('lesson', 1, null, 'tutor@tests.example', '1 day'), 'a tutor''s time');
insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
  values ('By hand', now() + interval '1 day', now() + interval '25 hours', 'tutor@tests.example', 'ben@tests.example');
select ok(not tests.claims('lesson', 1, null, 'tutor@tests.example', '24 hours 30 minutes'),
  'not when it overlaps an appointment');
update public.tutoring_sessions set status = 'cancelled' where student_email = 'ben@tests.example';
select ok(tests.claims('lesson', 1, null, 'tutor@tests.example', '24 hours 30 minutes'),
  'unless the appointment is cancelled');

select * from finish();
rollback;
