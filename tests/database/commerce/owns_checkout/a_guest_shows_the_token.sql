begin;
select plan(5);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.a_checkout('other');
select ok(commerce.owns_checkout(tests.id('cart'), commerce.checkout_token(tests.id('cart')), null),
  'by its token a checkout is theirs');
select ok(not commerce.owns_checkout(tests.id('other'), commerce.checkout_token(tests.id('cart')), null),
  'by another''s it is not');
select ok(not commerce.owns_checkout(tests.id('cart'), null, null), 'nor by none');
select ok(not commerce.owns_checkout(tests.id('cart'), '', null), 'nor by an empty one');
select ok(
  not commerce.owns_checkout('00000000-0000-4000-8000-000000000001',
    commerce.checkout_token('00000000-0000-4000-8000-000000000001'), null),
  'what does not exist is nobody''s'
);

select * from finish();
rollback;
