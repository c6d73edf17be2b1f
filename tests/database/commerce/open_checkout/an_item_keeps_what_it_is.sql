begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');

select tests.remember('cart',
  commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1, "seat": 1, "pack": 3}')
  || jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '1 day')))::text);
update public.products set credits = 99 where sku = 'pack';

select results_eq(
  $$ select i.sku, i.kind::text, i.cohort_id = tests.id('autumn'), i.credits, i.starts_at > now()
  from public.checkout_items i where i.checkout_session_id = tests.id('cart') order by i.sku $$,
  $$ values ('chair', 'goods', null::boolean, null::integer, null::boolean),
  ('lesson', 'tutoring_session', null, null, true), ('pack', 'credit_pack', null, 10, null),
  ('seat', 'cohort_seat', true, null, null) $$,
  'its kind, the cohort, the credits and the time, even when its product changes'
);

select * from finish();
rollback;
