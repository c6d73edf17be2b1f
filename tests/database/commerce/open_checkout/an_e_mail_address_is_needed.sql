begin;
select plan(6);

select tests.a_product('chair', stock => 5);

select throws_ok($$ select tests.a_checkout('cart', email => null) $$, '22023',
  'an e-mail address is needed to open a checkout', 'null is refused');
select throws_ok($$ select tests.a_checkout('cart', email => '') $$, '22023',
  'an e-mail address is needed to open a checkout', 'nothing is refused');
select throws_ok($$ select tests.a_checkout('cart', email => 'amina') $$, '22023', null, 'a name is refused');
select throws_ok($$ select tests.a_checkout('cart', email => 'amina@tests.example, ben@tests.example') $$, '22023',
  null, 'two are refused');
select lives_ok($$ select tests.a_checkout('cart', email => 'Amina@Tests.Example') $$, 'one address is enough');
select is((tests.the_checkout('cart')).email, 'amina@tests.example', 'it is kept in lower case');

select * from finish();
rollback;
