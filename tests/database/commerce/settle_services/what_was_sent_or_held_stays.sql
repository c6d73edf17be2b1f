begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.remember('cart', commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1, "seat": 1}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
select tests.is_paid('cart');
update public.fulfillments set status = 'shipped' where id = (tests.the_parcel('cart')).id;
update public.enrollments set status = 'completed' where cohort_id = tests.id('autumn');
update public.tutoring_sessions set status = 'completed' where tutor_email = 'tutor@tests.example';
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 3000));

select is((tests.the_parcel('cart')).status, 'shipped', 'a shipped parcel');
select is(tests.the_seats('autumn') || ', ' || tests.the_lessons(),
  'amina@tests.example completed, amina@tests.example completed', 'a completed course and session');

select * from finish();
rollback;
