begin;
select plan(4);

select tests.receive(tests.fact_approved('order_1'));
create function tests.change(setting text) returns text language sql as $$
  select format('update public.payment_approvals set %s where provider = ''tests'' and provider_ref = ''order_1''',
    setting)
$$;
select tests.is_refused(tests.change('amount_minor = -1'), 'an_amount_is_not_negative', 'an amount is not negative');
select tests.is_refused(tests.change($$currency = 'eur'$$), 'a_currency_is_an_iso_code', 'a currency is an ISO code');
select tests.is_refused(tests.change('checkout_session_id = gen_random_uuid()'), 'an_approval_is_for_a_checkout',
  'it is for a checkout that exists');
select tests.is_refused(
  $$ insert into public.payment_approvals (provider, provider_ref, amount_minor, currency, approved_at)
     select a.provider, a.provider_ref, 1, 'EUR', a.approved_at from public.payment_approvals a
     where a.provider = 'tests' $$, 'an_approval_is_recorded_once', 'an approval is recorded once'
);

select * from finish();
rollback;
