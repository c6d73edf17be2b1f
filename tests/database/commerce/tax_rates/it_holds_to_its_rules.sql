begin;
select plan(2);

select tests.is_refused($$ insert into public.tax_rates (country, percent) values ('Germany', 19) $$,
  'a_country_is_an_iso_code', 'a country is an ISO code');
select tests.is_refused($$ insert into public.tax_rates (country, percent) values ('DE', 101) $$,
  'a_percentage_is_0_to_100', 'a percentage is at most 100');

select * from finish();
rollback;
