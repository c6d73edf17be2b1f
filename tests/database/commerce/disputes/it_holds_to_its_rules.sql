begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1'), tests.fact_dispute('dp_1', 'pi_1', 'won'));
create function tests.a_dispute(payment uuid, ref text, amount integer, currency text) returns text language sql as $$
  select
    format('insert into public.disputes (payment_id, provider, provider_ref, status, amount_minor, currency, as_of, '
      'as_of_event) values (%L, ''tests'', %L, ''won'', %s, %L, now(), ''x'')', payment, ref, amount, currency)
$$;
select tests.is_refused(tests.a_dispute((tests.the_payment('pi_1')).id, 'dp_1', 1, 'EUR'),
  'a_provider_names_a_dispute_once', 'a provider names a dispute once');
select tests.is_refused(tests.a_dispute((tests.the_payment('pi_1')).id, 'dp_2', -1, 'EUR'), 'an_amount_is_not_negative',
  'an amount is not negative');
select tests.is_refused(tests.a_dispute((tests.the_payment('pi_1')).id, 'dp_2', 1, 'e'), 'a_currency_is_an_iso_code',
  'a currency is an ISO code');
select tests.is_refused(tests.a_dispute(gen_random_uuid(), 'dp_2', 1, 'EUR'), 'a_dispute_is_of_a_payment',
  'it is of a payment');

select * from finish();
rollback;
