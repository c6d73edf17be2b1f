begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
select tests.a_product('chair');
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.receive(tests.fact_pending('pi_1', 'cart') || '{"email": "other@tests.example"}');

select is((tests.the_payment('pi_1')).user_id, tests.user_id('amina@tests.example'),
  'the checkout decides who may read a payment, not the address the payer typed');
select is((tests.the_payment('pi_1')).email, 'other@tests.example', 'the payer''s address is kept');

select * from finish();
rollback;
