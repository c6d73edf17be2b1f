begin;
select plan(5);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.receive(tests.fact_customer('cus_1', 'ben@tests.example'));

select is(community.member_of('tests', 'cus_1', 'Amina@Tests.Example'), tests.user_id('amina@tests.example'),
  'its own address');
select is(community.member_of('tests', 'cus_1', null), tests.user_id('ben@tests.example'), 'else its customer''s');
select is(community.member_of('tests', 'cus_2', null), null, 'no account, while the customer is not known');
select is(community.member_of('tests_too', 'cus_1', null), null, 'another provider''s customer is another');
select is(community.member_of('tests', null, null), null, 'no account, where nothing is named');

select * from finish();
rollback;
