begin;
select plan(10);

select tests.receive(tests.fact_pending('pi_1'), tests.fact_captured('pi_2'));
create function tests.change(ref text, setting text) returns text language sql as $$
  select format('update public.payments set %s where provider = ''tests'' and provider_ref = %L', setting, ref)
$$;
select tests.is_refused(tests.change('pi_1', 'amount_minor = -1'), 'an_amount_is_not_negative',
  'an amount is not negative');
select tests.is_refused(tests.change('pi_1', $$currency = 'EU'$$), 'a_currency_is_an_iso_code',
  'a currency is an ISO code');
select tests.is_refused(tests.change('pi_2', 'refunded_minor = 1001'), 'no_more_is_refunded_than_was_captured',
  'no more is refunded than was captured');
select tests.is_refused(tests.change('pi_2', 'refunded_minor = -1'), 'no_more_is_refunded_than_was_captured',
  'nor less than 0');
select tests.is_refused(tests.change('pi_1', 'refunded_minor = 1'), 'only_captured_money_is_refunded',
  'only a captured payment is refunded');
select tests.is_refused(tests.change('pi_1', $$status = 'captured'$$), 'captured_money_stays_captured',
  'a captured payment has its time');
select tests.is_refused(tests.change('pi_2', 'captured_at = null'), 'captured_money_stays_captured',
  'and keeps it');
select tests.is_refused(tests.change('pi_1', 'checkout_session_id = gen_random_uuid()'), 'a_payment_is_for_a_checkout',
  'it is for a checkout that exists');
select tests.is_refused($$ insert into public.payments (provider, provider_ref, status, amount_minor, currency)
  values ('tests', 'pi_1', 'pending', 1, 'EUR') $$, 'a_provider_names_a_payment_once',
  'a provider names a payment once');
select tests.is_refused(tests.change('pi_1', 'needs_review = true'), 'a_review_has_a_reason',
  'a review has a reason');

select * from finish();
rollback;
