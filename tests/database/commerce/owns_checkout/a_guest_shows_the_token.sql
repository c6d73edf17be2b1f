begin;
select plan(5);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.a_checkout('other');
select ok(commerce.owns_checkout(tests.id('cart'), commerce.checkout_token(tests.id('cart')), null),
  'its own token opens a checkout');
select ok(not commerce.owns_checkout(tests.id('other'), commerce.checkout_token(tests.id('cart')), null),
  'another checkout''s token does not');
select ok(not commerce.owns_checkout(tests.id('cart'), null, null), 'nor does a missing one');
select ok(not commerce.owns_checkout(tests.id('cart'), '', null), 'nor an empty one');
select ok(
  not commerce.owns_checkout('00000000-0000-4000-8000-000000000001',
    commerce.checkout_token('00000000-0000-4000-8000-000000000001'), null),
  'an unknown checkout belongs to nobody'
);

select * from finish();
rollback;
