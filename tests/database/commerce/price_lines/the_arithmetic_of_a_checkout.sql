begin;
select plan(7);

create function pg_temp.price(percent numeric, amount numeric, shipping numeric, tax numeric, included boolean
  default false, lines numeric[] default '{1000,500}', counts boolean[] default '{true,true}') returns text
language sql as $$
  select format('%s - %s + %s + %s = %s, %s', p.items_minor, p.discount_minor, shipping, p.tax_minor, p.total_minor,
    p.line_discounts)
  from commerce.price_lines(lines, counts, percent, amount, shipping, tax, included) p
$$;
select is(pg_temp.price(null, null, 0, null), '1500 - 0 + 0 + 0 = 1500, {0,0}', 'items alone');
select is(pg_temp.price(10, null, 500, 19), '1500 - 150 + 500 + 352 = 2202, {100,50}',
  'a percentage off, shipping, and tax on what is left: 351.5, rounded up');
select is(pg_temp.price(null, 2000, 500, 0), '1500 - 1500 + 500 + 0 = 500, {1000,500}',
  'no more than the items is taken off, and never the shipping');
select is(pg_temp.price(100, null, 0, 19), '1500 - 1500 + 0 + 0 = 0, {1000,500}', 'never below 0');
select is(pg_temp.price(null, 300, 0, null, counts => '{false,true}'), '1500 - 300 + 0 + 0 = 1200, {0,300}',
  'off the items that it is for');
select is(pg_temp.price(null, 900, 0, null, counts => '{false,true}'), '1500 - 500 + 0 + 0 = 1000, {0,500}',
  'and no more than they cost');
select is(pg_temp.price(null, null, 285, 19, true), '1500 - 0 + 285 + 285 = 1785, {0,0}',
  'tax that the prices contain is not added');

select * from finish();
rollback;
