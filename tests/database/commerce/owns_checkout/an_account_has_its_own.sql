begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
select tests.a_product('chair');
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.a_checkout('of_a_guest');
select ok(commerce.owns_checkout(tests.id('cart'), null, tests.user_id('amina@tests.example')),
  'an account''s checkout is its own');
select ok(not commerce.owns_checkout(tests.id('cart'), null, tests.user_id('other@tests.example')),
  'and of no other account');
select ok(not commerce.owns_checkout(tests.id('of_a_guest'), null, tests.user_id('other@tests.example')),
  'a guest''s checkout belongs to no account');

select * from finish();
rollback;
