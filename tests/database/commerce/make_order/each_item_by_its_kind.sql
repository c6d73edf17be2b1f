begin;
select plan(7);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_product('e-book', 500, null);
select tests.create_user('amina@tests.example');
select tests.remember('cart',
  commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1, "seat": 1, "pack": 3, "e-book": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
select tests.is_paid('cart');

select is((tests.the_order('cart')).status, 'confirmed', 'it is confirmed');
select is((tests.the_parcel('cart')).status, 'pending', 'goods: a parcel is to be packed');
select is(tests.the_seats('autumn'), 'amina@tests.example active', 'a seat: the buyer is enrolled');
select is(tests.the_lessons(), 'amina@tests.example scheduled', 'a session: it is booked');
select is((select sum(l.credits) from public.credit_ledger l where l.user_id = tests.user_id('amina@tests.example')),
  30::bigint, 'packs: the buyer has their credits');
select is(tests.the_reservations('cart'), '1 chair taken, 1 lesson taken, 1 seat taken', 'the held items are taken');
select is((select e.user_id from public.enrollments e where e.cohort_id = tests.id('autumn')),
  tests.user_id('amina@tests.example'), 'all of it belongs to the buyer''s account');

select * from finish();
rollback;
