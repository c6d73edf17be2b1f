begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"email": "Amina@Tests.Example"}');
select is((tests.the_membership('sub_1')).user_id, tests.user_id('amina@tests.example'),
  'its address names the member');
select is((tests.the_membership('sub_1')).email, 'amina@tests.example', 'kept in lower case');

select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example'));
select tests.receive(tests.fact_membership('sub_2', 'active') || '{"customer_ref": "cus_1"}');
select is((tests.the_membership('sub_2')).user_id, tests.user_id('amina@tests.example'),
  'without one, its customer does');
select tests.receive(tests.fact_membership('sub_3', 'active') || '{"email": "guest@tests.example"}');
select is((tests.the_membership('sub_3')).user_id, null, 'without an account it belongs to nobody');

select * from finish();
rollback;
