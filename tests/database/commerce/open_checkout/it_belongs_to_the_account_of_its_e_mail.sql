begin;
select plan(3);

select tests.create_user('amina@tests.example');
select tests.create_user('unsure@tests.example', confirmed => false);
select tests.a_product('chair');
select tests.a_checkout('known', email => 'AMINA@tests.example');
select tests.a_checkout('guest', email => 'guest@tests.example');
select tests.a_checkout('unsure', email => 'unsure@tests.example');

select is((tests.the_checkout('known')).user_id, tests.user_id('amina@tests.example'),
  'the account with that address owns it, in upper or lower case');
select is((tests.the_checkout('guest')).user_id, null, 'without an account it is a guest''s');
select is((tests.the_checkout('unsure')).user_id, null, 'an unconfirmed address proves nothing');

select * from finish();
rollback;
