begin;
select plan(2);

select tests.create_user('amina@example.com');
select tests.receive(tests.fact_customer('cus_1', 'Amina@example.com'));
select is((tests.the_customer('cus_1')).user_id, tests.user_id('amina@example.com'), 'the address names the account');

select tests.receive(tests.fact_customer('cus_1', 'other@example.com', at => 1));
select is((tests.the_customer('cus_1')).user_id, null, 'another address, not any more');

select * from finish();
rollback;
