begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
insert into public.credit_ledger (user_id, credits, reason) values
  (tests.user_id('amina@tests.example'), 9, 'granted'), (tests.user_id('amina@tests.example'), -2, 'spent');
select tests.authenticate_as('amina@tests.example');
select is(community.balance(), 7::bigint, 'the sum of the ledger');
select is(public.credit_balance(), 7::bigint, 'over the Data API too');
select tests.as_owner();
select tests.authenticate_as('ben@tests.example');
select is(community.balance(), 0::bigint, 'none, where there is no entry');
select tests.as_owner();
select is(tests.by('ben@tests.example', format('select community.balance(%L)', tests.user_id('amina@tests.example'))),
  '42501', 'another''s is not told');
select is(tests.by('guest', 'select public.credit_balance()'), '42501', 'nor anything to a guest');
select is(community.balance(tests.user_id('amina@tests.example')), 7::bigint, 'SQL names the account');

select * from finish();
rollback;
