begin;
select plan(4);

-- Whop's dated versions name a member's account and no address.
select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 1) || '{"email": "Amina@Tests.Example"}');
select tests.receive(tests.fact_membership('sub_1', 'past_due', at => 2));
select is((tests.the_membership('sub_1')).status, 'past_due', 'it has the values of the newer event');
select is((tests.the_membership('sub_1')).user_id, tests.user_id('amina@tests.example'),
  'and still its member''s account');

select tests.receive(tests.fact_membership('sub_2', 'active', at => 2));
select tests.receive(tests.fact_membership('sub_2', 'trialing', at => 1) || '{"email": "amina@tests.example"}');
select is((tests.the_membership('sub_2')).status, 'active', 'an older event changes nothing');
select is((tests.the_membership('sub_2')).user_id, tests.user_id('amina@tests.example'),
  'but the account, where it was not known');

select * from finish();
rollback;
