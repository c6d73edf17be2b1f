begin;
select plan(3);

select is(tests.receive(tests.fact_approved('order_1')), 'applied', 'one that names none');
select is(tests.receive(tests.fact_approved('order_2') || jsonb_build_object('checkout_session_id', gen_random_uuid())),
  'applied', 'one that names another shop''s checkout');

select results_eq(
  $$ select a.provider_ref, a.checkout_session_id from public.payment_approvals a where a.provider = 'tests'
  order by 1 $$, $$ values ('order_1', null::uuid), ('order_2', null) $$,
  'for no checkout'
);

select * from finish();
rollback;
