begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');

select matches(tests.id('cart')::text, '^.{14}4.{4}[89ab]',
  'its id is a random uuid (version 4), not a time-ordered one');

select * from finish();
rollback;
