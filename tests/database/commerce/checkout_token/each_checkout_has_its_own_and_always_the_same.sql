begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.a_checkout('other');
select matches(commerce.checkout_token(tests.id('cart')), '^[0-9a-f]{64}$', 'a token is 64 hex digits');
select is(commerce.checkout_token(tests.id('cart')), commerce.checkout_token(tests.id('cart')),
  'the same whenever it is made');
select isnt(commerce.checkout_token(tests.id('cart')), commerce.checkout_token(tests.id('other')),
  'and not that of another checkout');

select * from finish();
rollback;
