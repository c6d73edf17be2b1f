begin;
select plan(5);

select tests.create_user('amina@tests.example');
alter table public.credit_ledger disable trigger count_credits_added;
insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), -5, 'spent');
alter table public.credit_ledger enable trigger count_credits_added;
select is(tests.inconsistencies(), 'credits below zero', 'an owner has fewer than none');
select is((select a.what from ops.audit_consistency() a), 'credits below zero', 'the audit says so');
select matches((select i.remedy from ops.inconsistencies i), 'insert into public.credit_ledger .*, 5, ''granted''',
  'and what would mend it');
insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), 5, 'granted');
select is(tests.inconsistencies(), 'credit balance and ledger differ', 'the balance did not see it');
do $$ begin execute (select i.remedy from ops.inconsistencies i); end $$;
select is(tests.inconsistencies(), null, 'and is corrected');

select * from finish();
rollback;
