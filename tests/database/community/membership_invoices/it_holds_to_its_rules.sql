begin;
select plan(4);

select tests.receive(tests.fact_membership('sub_1', 'active'), tests.fact_bill('in_1', 'sub_1', 'paid'));
create function tests.a_bill(membership uuid, ref text, amount integer, currency text) returns text language sql as $$
  select
    format('insert into public.membership_invoices (membership_id, provider, provider_ref, outcome, amount_minor, '
      'currency) values (%L, ''tests'', %L, ''paid'', %s, %L)', membership, ref, amount, currency)
$$;
select tests.is_refused(tests.a_bill((tests.the_membership('sub_1')).id, 'in_1', 1, 'EUR'),
  'a_provider_names_an_invoice_once', 'a provider names an invoice once');
select tests.is_refused(tests.a_bill((tests.the_membership('sub_1')).id, 'in_2', -1, 'EUR'),
  'an_amount_is_not_negative', 'an amount is not negative');
select tests.is_refused(tests.a_bill((tests.the_membership('sub_1')).id, 'in_2', 1, 'e'), 'a_currency_is_an_iso_code',
  'a currency is an ISO code');
select tests.is_refused(tests.a_bill(gen_random_uuid(), 'in_2', 1, 'EUR'), 'an_invoice_is_of_a_membership',
  'it is of a membership');

select * from finish();
rollback;
