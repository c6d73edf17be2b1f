begin;
select plan(1);

select tests.receive(tests.fact_customer('cus_1', null));
select tests.is_refused($$ insert into public.customers (provider, provider_ref, as_of, as_of_event)
  values ('tests', 'cus_1', now(), 'x') $$, 'a_provider_names_a_customer_once', 'a provider names a customer once');

select * from finish();
rollback;
