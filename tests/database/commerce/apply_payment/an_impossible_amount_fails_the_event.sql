begin;
select plan(9);

select is(tests.receive(tests.fact_captured('pi_1', amount => -1)), 'failed', 'a negative amount fails');
select is(tests.receive(tests.fact_captured('pi_2') || '{"amount_minor": "a lot"}'), 'failed',
  'so does an amount that is not a number');
select is(tests.receive(tests.fact_captured('pi_3') || '{"amount_minor": 99999999999999999999}'), 'failed',
  'so does an amount beyond bigint');
select is(tests.receive(tests.fact_captured('pi_4') || '{"amount_minor": null}'), 'failed', 'so does a missing amount');
select is(tests.receive(tests.fact_captured('pi_5', currency => 'eur')), 'failed', 'so does a currency in lower case');
select is(tests.receive(tests.fact_captured('pi_6') || '{"occurred_at": null}'), 'failed',
  'so does a capture without a time');
select is(tests.receive(tests.fact_captured('pi_7') || '{"checkout_session_id": "my cart"}'), 'failed',
  'so does a checkout that is not a uuid');
select is(tests.receive(tests.fact_captured('pi_8') || '{"provider_ref": null}'), 'failed',
  'so does a payment without a reference');
select is_empty($$ select 1 from public.payments p where p.provider = 'tests' $$, 'none of them left a payment');

select * from finish();
rollback;
