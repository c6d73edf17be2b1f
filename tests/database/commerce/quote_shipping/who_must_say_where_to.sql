begin;
select plan(8);

select is((select q.minor from commerce.quote_shipping(null, null, 'EUR', 1, false) q), 0::bigint,
  'while there is no rate, shipping costs nothing, and nobody is asked');
select tests.a_rate('{DE,AT}', 500);
select is(
  (select row(q.minor, q.countries)::text from commerce.quote_shipping(tests.an_address(), null, 'EUR', 1, false) q),
  '(500,)', 'an address of the storefront''s');
select is((select row(q.minor, q.countries)::text from commerce.quote_shipping(null, 'DE', 'EUR', 1, true) q),
  '(500,{DE})', 'a country, and the page asks for the rest');
select is((select row(q.minor, q.countries)::text from commerce.quote_shipping(null, null, 'EUR', 1, true) q),
  '(500,"{AT,DE}")', 'nothing, where all countries cost the same');
select throws_ok($$ select commerce.quote_shipping(null, 'DE', 'EUR', 1, false) $$, '22023',
  'it is sent by post, and there is no address to send it to', 'a page that does not ask');
select throws_ok($$ select commerce.quote_shipping(tests.an_address('FR'), null, 'EUR', 1, false) $$, 'P0001',
  'nothing of 1 g is sent to FR for prices in EUR', 'a country without a rate');
select tests.a_rate('{FR}', 900);
select throws_ok($$ select commerce.quote_shipping(null, null, 'EUR', 1, true) $$, '22023',
  'what shipping costs depends on the country', 'nothing, where it depends on the country');
select throws_ok($$ select commerce.quote_shipping(null, null, 'USD', 1, true) $$, '22023', null,
  'nor in a currency without rates');

select * from finish();
rollback;
