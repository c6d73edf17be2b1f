begin;
select plan(9);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
create function tests.an_entry(credits integer, who text default 'amina@tests.example', reason text default 'granted')
  returns text language sql as $$
  select format('insert into public.credit_ledger (user_id, credits, reason) values (%L, %s, %L)',
    tests.user_id(who), credits, reason)
$$;
select lives_ok(tests.an_entry(5), 'an admin gives five');
select tests.is_refused(tests.an_entry(-6), 'a_balance_is_never_below_zero', 'and takes no six');
select tests.is_refused(tests.an_entry(-6, reason => 'spent'), 'a_balance_is_never_below_zero',
  'nor notes that six were spent');
select tests.is_refused($$ update public.credit_ledger set credits = -1 where true $$, 'a_balance_is_never_below_zero',
  'nor changes the entry below zero');
select lives_ok(tests.an_entry(-3, reason => 'spent'), 'three are spent');
select tests.is_refused($$ delete from public.credit_ledger where credits > 0 $$, 'a_balance_is_never_below_zero',
  'what was spent from does not go');
select tests.is_refused(format('update public.credit_ledger set user_id = %L where credits > 0',
  tests.user_id('ben@tests.example')), 'a_balance_is_never_below_zero', 'nor to somebody else');
select tests.is_refused($$ insert into public.credit_ledger (email, credits, reason)
  values ('guest@tests.example', -1, 'spent') $$, 'a_balance_is_never_below_zero', 'a guest has none to spend');
select is(community.balance(tests.user_id('amina@tests.example')), 2::bigint, 'two are left');

select * from finish();
rollback;
