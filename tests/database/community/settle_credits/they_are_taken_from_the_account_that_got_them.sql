begin;
select plan(3);

-- A guest buys, opens an account, and gets a refund: the account must not owe credits that it never had.
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50) || '{"email": "amina@tests.example"}');
select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(
  (select coalesce(sum(l.credits), 0) from public.credit_ledger l
    where l.user_id = tests.user_id('amina@tests.example')), 0::bigint, 'given to and taken from the same owner'
);
-- An account changes its address, and another takes it over.
select tests.receive(tests.fact_captured('pi_2') || tests.buying_credits(30) || '{"email": "amina@tests.example"}');
update auth.users set email = 'old@tests.example' where email = 'amina@tests.example';
select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_refund('re_2', 'pi_2', 1000));
select is(
  (select coalesce(sum(l.credits), 0) from public.credit_ledger l
    where l.user_id = tests.user_id('amina@tests.example')), 0::bigint,
      'the current owner of the address is not the buyer'
);
select is((select sum(l.credits) from public.credit_ledger l where l.user_id = tests.user_id('old@tests.example')),
  0::bigint, 'the buyer has none left');

select * from finish();
rollback;
