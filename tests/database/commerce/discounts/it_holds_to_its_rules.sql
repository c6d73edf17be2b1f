begin;
select plan(11);

select tests.a_product('chair');
insert into public.discounts (code, percent) values (' spring-10 ', 10);
select is((select d.code from public.discounts d), 'SPRING-10', 'a code is stored in capitals, without blanks');
select tests.is_refused($$ insert into public.discounts (code, percent) values ('Spring-10', 5) $$,
  'a_code_names_one_discount', 'a code names one discount');
select tests.is_refused($$ insert into public.discounts (code, percent) values ('a b', 5) $$,
  'a_code_has_3_to_40_capitals_and_digits', 'a code has no blank');
select tests.is_refused($$ insert into public.discounts (code) values ('NOTHING') $$,
  'a_discount_is_a_percentage_or_an_amount', 'it takes something off');
select tests.is_refused($$ insert into public.discounts (code, percent) values ('MORE', 101) $$,
  'a_percentage_is_above_0_to_100', 'not more than all');
select tests.is_refused($$ insert into public.discounts (code, amount_minor) values ('FIVE', 500) $$,
  'an_amount_or_minimum_has_a_currency', 'an amount has a currency');
select tests.is_refused($$ insert into public.discounts (code, percent, minimum_minor) values ('FIVE', 5, 1) $$,
  'an_amount_or_minimum_has_a_currency', 'so has a minimum');
select tests.is_refused($$ insert into public.discounts (code, percent, starts_at, ends_at) values ('FIVE', 5, now(),
  now()) $$, 'it_begins_before_it_ends', 'it begins before it ends');
select tests.is_refused($$ insert into public.discounts (code, percent, max_uses) values ('FIVE', 5, 0) $$,
  'it_may_be_used', 'it may be used');
select tests.is_refused($$ insert into public.discounts (code, percent, skus) values ('FIVE', 5, '{}') $$,
  'it_is_of_some_product', 'it is of some product');
select throws_ok($$ insert into public.discounts (code, percent, skus) values ('FIVE', 5, '{chiar}') $$, '23514',
  'there is no product with the sku "chiar"', 'that there is');

select * from finish();
rollback;
