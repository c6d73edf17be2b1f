begin;
select plan(6);

select tests.a_product('chair');
select tests.is_sold('first', '{"chair": 1}', 'old@tests.example'), tests.is_sold('second', '{"chair": 1}',
  'new@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'trialing', at => 1) || '{"email": "old@tests.example"}');
select tests.receive(tests.fact_customer('cus_1', 'old@tests.example', at => 1));
select tests.remember('amina', tests.create_user('old@tests.example')::text);
select is((tests.the_order('second')).user_id, null, 'the other address is not the account''s yet');
update auth.users u set email = 'New@tests.example' where u.id = tests.id('amina');
select is((tests.the_order('second')).user_id, tests.id('amina'), 'once it is, what was bought under it is');
select is((tests.the_order('first')).user_id, tests.id('amina'), 'what the account has stays');

-- Somebody else gets the address that it gave up.
select tests.create_user('old@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'active', at => 2) || '{"email": "old@tests.example"}');
select tests.receive(tests.fact_customer('cus_1', 'old@tests.example', at => 2));
select is(
  array[(tests.the_order('first')).user_id, (tests.the_payment('pi_first')).user_id,
    (tests.the_membership('sub_1')).user_id, (tests.the_customer('cus_1')).user_id],
  array_fill(tests.id('amina'), array[4]),
  'and none of its rows'
);
select tests.is_sold('third', '{"chair": 1}', 'old@tests.example');
select is((tests.the_order('third')).user_id, tests.user_id('old@tests.example'),
  'but what is bought under it from then on');
select is(tests.inconsistencies(), null, 'the audit is content');

select * from finish();
rollback;
