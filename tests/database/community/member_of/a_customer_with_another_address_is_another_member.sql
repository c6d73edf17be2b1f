begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example'));
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"customer_ref": "cus_1"}');
select tests.receive(tests.fact_customer('cus_1', 'ben@tests.example', at => 5));
select is((tests.the_membership('sub_1')).user_id, tests.user_id('ben@tests.example'),
  'the membership goes with the customer');
select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example', at => 1));

select is((tests.the_membership('sub_1')).user_id, tests.user_id('ben@tests.example'),
  'an older event of the customer does not undo it');

select * from finish();
rollback;
