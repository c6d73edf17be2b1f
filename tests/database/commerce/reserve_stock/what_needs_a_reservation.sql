begin;
select plan(3);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_product('chair', 1000, 10);
select tests.a_product('e-book', stock => null);
select tests.a_pack('few packs', 10, stock => 5);
select tests.remember('cart',
  commerce.open_checkout('amina@tests.example',
    tests.items('{"chair": 1, "seat": 1, "pack": 1, "few packs": 1, "e-book": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);

select is(tests.the_reservations('cart'), '1 chair held, 1 few packs held, 1 lesson held, 1 seat held',
  'seats and time always, goods and packs where they are counted');
select is(
  (select string_agg(i.sku, ' ' order by i.sku) from public.checkout_items i
    where i.checkout_session_id = tests.id('cart') and not i.reserved), 'e-book pack',
    'the other items need none'
);
select results_eq(
  $$ select r.tutor_email, r.ends_at - r.starts_at, r.cohort_id from public.stock_reservations r
  where r.checkout_session_id = tests.id('cart') and r.starts_at is not null $$,
  $$ values ('tutor@tests.example', interval '1 hour', null::uuid) $$,
    'a session''s reservation has the tutor and the time'
);

select * from finish();
rollback;
