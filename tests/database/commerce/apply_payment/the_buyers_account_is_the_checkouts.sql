begin;
select plan(2);

select tests.create_user('amina@example.com');
select tests.create_user('other@example.com');
select tests.a_product('chair');
select tests.a_checkout('cart', email => 'amina@example.com');
select tests.receive(tests.fact_pending('pi_1', 'cart') || '{"email": "other@example.com"}');

select is((tests.the_payment('pi_1')).user_id, tests.user_id('amina@example.com'), 'who may see a payment is decided by the checkout, not by what the payer typed');
select is((tests.the_payment('pi_1')).email, 'other@example.com', 'what he typed is kept');

select * from finish();
rollback;
