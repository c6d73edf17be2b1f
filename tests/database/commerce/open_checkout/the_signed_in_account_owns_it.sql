begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.a_product('chair');
-- As functions/checkout opens one for a signed-in buyer: the owner's role, the buyer's claims.
select tests.authenticate_as('amina@tests.example');
reset role;
select tests.a_checkout('cart', email => 'ben@tests.example');

select is((tests.the_checkout('cart')).user_id, tests.user_id('amina@tests.example'), 'with any address');

select * from finish();
rollback;
