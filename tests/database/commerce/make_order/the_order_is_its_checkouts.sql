begin;
select plan(5);

select tests.create_user('amina@tests.example');
select tests.a_product('chair', 1000);
select tests.a_checkout('cart', '{"chair": 2}', 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000) || '{"email": "somebody@else.com"}');

select is((tests.the_order('cart')).email, 'amina@tests.example',
  'it goes to the address the checkout was opened with');
select is((tests.the_order('cart')).user_id, tests.user_id('amina@tests.example'),
  'it belongs to the checkout''s account');
select is((tests.the_order('cart')).total_minor, 2000::bigint, 'its total is the checkout''s');
select is((tests.the_payment('pi_1')).user_id, tests.user_id('amina@tests.example'), 'so does the payment');
select is((tests.the_checkout('cart')).completed_at, now(), 'the checkout says when it was completed');

select * from finish();
rollback;
