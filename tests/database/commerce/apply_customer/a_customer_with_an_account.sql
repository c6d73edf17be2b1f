begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_customer('cus_1', 'Amina@tests.example'));
select is((tests.the_customer('cus_1')).user_id, tests.user_id('amina@tests.example'),
  'the address belongs to the account');

select tests.receive(tests.fact_customer('cus_1', 'other@tests.example', at => 1));
select is((tests.the_customer('cus_1')).user_id, null, 'a changed address no longer does');

select * from finish();
rollback;
