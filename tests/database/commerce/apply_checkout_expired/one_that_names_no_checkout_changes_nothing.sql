begin;
select plan(2);

select is(tests.receive(tests.fact_checkout_expired(null)), 'applied', 'none is named: nothing to do');
select is(
  tests.receive(tests.fact_checkout_expired(null) || '{"checkout_session_id": "00000000-0000-4000-8000-000000000000"}'),
  'applied',
  'an unknown one is named: nothing to do'
);

select * from finish();
rollback;
