create function ops.money(amount_minor bigint, currency text) returns text
language sql immutable parallel safe
set search_path = ''
return case
  when upper(currency) in ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV',
    'XAF', 'XOF', 'XPF') then amount_minor::text
  when upper(currency) in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then
    to_char(amount_minor / 1000.0, 'FM9999999999999990.000')
  else to_char(amount_minor / 100.0, 'FM9999999999999990.00')
end || ' ' || upper(currency);
comment on function ops.money(bigint, text) is
  'An amount in minor units as people write it: 24.50 EUR, 15000 XAF. Decimals as in ISO 4217 and facts/money.ts.';
