begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.create_user('amina@tests.example');
select tests.remember('cart', commerce.open_checkout('other@tests.example', tests.items('{"chair": 1}'), null,
  tests.user_id('amina@tests.example'))::text);

select is((tests.the_checkout('cart')).user_id, tests.user_id('amina@tests.example'),
  'the function passes the signed-in account');

select * from finish();
rollback;
