begin;
select plan(5);

select tests.is_refused($$ select tests.a_rate('{DE,Germany}', 1) $$, 'countries_are_iso_codes',
  'countries are ISO codes');
select tests.is_refused($$ select tests.a_rate('{}', 1) $$, 'countries_are_iso_codes', 'and at least one');
select tests.is_refused($$ select tests.a_rate('{DE}', -1) $$, 'a_price_is_not_negative', 'a price is not negative');
select tests.is_refused($$ select tests.a_rate('{DE}', 1, 0) $$, 'a_limit_is_positive', 'a limit is positive');
select tests.is_refused($$ select tests.a_rate('{DE}', 1, currency => 'Euro') $$, 'a_currency_is_an_iso_code',
  'a currency is an ISO code');

select * from finish();
rollback;
