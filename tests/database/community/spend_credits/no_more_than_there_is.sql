begin;
select plan(7);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), 3, 'granted');
select tests.authenticate_as('amina@tests.example');
select is(tests.refusal($$ select community.spend_credits(4, 'k') $$), 'P0001 not_enough_credits', 'not one more');
select is(tests.refusal($$ select community.spend_credits(0, 'k') $$), '22023 credits_invalid', 'not none');
select is(tests.refusal($$ select community.spend_credits(-4, 'k') $$), '22023 credits_invalid', 'nor fewer');
select is(tests.refusal($$ select community.spend_credits(1, '') $$), '22023 key_missing', 'not without a key');
select is(tests.refusal($$ select community.spend_credits(1, null) $$), '22023 key_missing', 'in no way');
select tests.as_owner();
select tests.authenticate_as('ben@tests.example');
select is(tests.refusal($$ select community.spend_credits(1, 'k') $$), 'P0001 not_enough_credits',
  'an account that never had any spends none');
select tests.as_owner();
select is((select count(*) from public.credit_ledger l where l.reason = 'spent'), 0::bigint, 'nothing was spent');

select * from finish();
rollback;
