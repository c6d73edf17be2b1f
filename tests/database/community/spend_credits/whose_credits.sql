begin;
select plan(7);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.an_admin('admin@tests.example');
insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), 9, 'granted');
create function tests.spends(key text) returns text language sql as $$
  select format('select community.spend_credits(1, %L, null, %L)', key, tests.user_id('amina@tests.example'))
$$;
select is(tests.by('amina@tests.example', tests.spends('a')), '1', 'an account spends its own');
select is(tests.by('ben@tests.example', tests.spends('b')), '42501', 'and no other''s');
select is(tests.by('admin@tests.example', tests.spends('c')), '1', 'an admin spends anybody''s');
select is(tests.by('service_role', tests.spends('d')), '1', 'so does the service key');
select is(tests.by('guest', 'select public.spend_credits(1, ''e'')'), '42501', 'a guest spends none');
select is(tests.by('service_role', 'select community.spend_credits(1, ''f'')'), '22023',
  'the service key names an account');
select is(community.balance(tests.user_id('amina@tests.example')), 6::bigint, 'three were spent');

select * from finish();
rollback;
