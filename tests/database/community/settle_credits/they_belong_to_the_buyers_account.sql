begin;
select plan(4);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example', confirmed => false);
select tests.create_user('chloe@tests.example');
select tests.receive(tests.fact_customer('cus_1', 'chloe@tests.example'));
select tests.receive(
  tests.fact_captured('pi_a') || tests.buying_credits(1) || '{"email": "Amina@tests.example"}',
  tests.fact_captured('pi_b') || tests.buying_credits(2) || '{"email": "ben@tests.example"}',
  tests.fact_captured('pi_c') || tests.buying_credits(3) || '{"customer_ref": "cus_1"}',
    tests.fact_captured('pi_d') || tests.buying_credits(4)
);
create function tests.owner(payment text) returns text language sql as $$
  select concat_ws(' ', u.email, l.email, l.customer_ref) from public.credit_ledger l left join auth.users u
    on u.id = l.user_id where l.payment_id = (tests.the_payment(payment)).id
$$;

select is(tests.owner('pi_a'), 'amina@tests.example amina@tests.example pi_a',
  'of the account with the payer''s address');
select is(tests.owner('pi_b'), 'ben@tests.example pi_b', 'if it is confirmed');
select is(tests.owner('pi_c'), 'chloe@tests.example cus_1', 'else of the customer''s account');
select is(tests.owner('pi_d'), 'pi_d', 'of no known account: the payment says whom to ask');

select * from finish();
rollback;
