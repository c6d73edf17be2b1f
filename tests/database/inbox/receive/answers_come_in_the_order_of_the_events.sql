begin;
select plan(2);

select results_eq(
  $$ select r.provider_event_id, r.status::text, r.duplicate from inbox.receive(jsonb_build_array(
    tests.an_event('evt_c'), tests.an_event('evt_a', tests.fact_customer('cus_1', null)), tests.an_event('evt_c'),
    tests.an_event('evt_b', '{"type": "no"}')
  )) r $$,
  $$ values ('evt_c', 'ignored', false), ('evt_a', 'applied', false), ('evt_c', 'ignored', true),
  ('evt_b', 'failed', false) $$,
  'the caller may match them by position'
);
select is(
  (select r.error from inbox.receive(jsonb_build_array(tests.an_event('evt_d', '{"type": "no"}'))) r),
  'no rule for a fact of type no (P0001)',
  'a failure is answered with its reason'
);

select * from finish();
rollback;
