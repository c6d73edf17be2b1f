begin;
select plan(5);

select tests.receive(tests.fact_captured('pi_1'), tests.fact_refund('re_1', 'pi_1', 1));
create function tests.a_refund(payment uuid, ref text, amount integer, currency text) returns text language sql as $$
  select
    format('insert into public.refunds (payment_id, provider, provider_ref, status, amount_minor, currency) values '
      '(%L, ''tests'', %L, ''pending'', %s, %L)', payment, ref, amount, currency)
$$;
select tests.is_refused(tests.a_refund((tests.the_payment('pi_1')).id, 're_1', 1, 'EUR'),
  'a_provider_names_a_refund_once', 'a provider names a refund once');
select tests.is_refused(tests.a_refund((tests.the_payment('pi_1')).id, 're_2', -1, 'EUR'), 'an_amount_is_not_negative',
  'an amount is not negative');
select tests.is_refused(tests.a_refund((tests.the_payment('pi_1')).id, 're_2', 1, 'e'), 'a_currency_is_an_iso_code',
  'a currency is an ISO code');
select tests.is_refused(tests.a_refund(gen_random_uuid(), 're_2', 1, 'EUR'), 'a_refund_is_of_a_payment',
  'it is of a payment');
select tests.is_refused($$ delete from public.payments where provider = 'tests' $$, 'a_refund_is_of_a_payment',
  'which is not deleted while it has refunds');

select * from finish();
rollback;
