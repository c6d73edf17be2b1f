begin;
select plan(1);

select tests.create_user('amina@example.com');
select tests.create_user('ben@example.com');
select tests.a_product('chair');
-- As the function does it that opens one for a signed-in buyer: the owner's role, the buyer's claims.
select tests.authenticate_as('amina@example.com');
reset role;
select tests.a_checkout('cart', email => 'ben@example.com');

select is((tests.the_checkout('cart')).user_id, tests.user_id('amina@example.com'), 'whatever address he gives');

select * from finish();
rollback;
