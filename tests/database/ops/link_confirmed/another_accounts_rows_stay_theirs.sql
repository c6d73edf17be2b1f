begin;
select plan(2);

select tests.a_product('chair');
select tests.create_user('ben@tests.example');
-- Signed in, with another address on the receipt.
select tests.remember('cart', commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1}'), null,
  tests.user_id('ben@tests.example'))::text);
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000));
select tests.create_user('amina@tests.example');
select is((tests.the_order('cart')).user_id, tests.user_id('ben@tests.example'),
  'the order is the account''s that bought it');
select is((select l.found from ops.person_links l where l.email = 'amina@tests.example'), false, 'nothing was taken');

select * from finish();
rollback;
