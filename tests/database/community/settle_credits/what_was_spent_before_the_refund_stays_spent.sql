begin;
select plan(9);

select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50) || '{"email": "amina@tests.example"}');
select community.spend_credits(30, 'k', null, tests.user_id('amina@tests.example'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((tests.the_payment('pi_1')).status::text, 'refunded', 'the refund is applied');
select is(community.balance(tests.user_id('amina@tests.example')), 0::bigint, 'what is left is taken back');
select is(tests.the_credits('pi_1'), 30::bigint, 'and what was spent is not');
select is(tests.inconsistencies(), 'credits and their payment differ', 'a person decides');

insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), 10,
  'granted');
select community.settle_credits(tests.the_payment('pi_1'));
select is(tests.the_credits('pi_1'), 20::bigint, 'settled again, it takes what is there by then');
select is(tests.refusal(format('select community.write_off_credits(%L, '' '')', (tests.the_payment('pi_1')).id)),
  '22023',
  'the rest is written off with a reason');
select is(community.write_off_credits((tests.the_payment('pi_1')).id, 'goodwill'), 20, 'by the remedy');
select is(tests.inconsistencies(), null, 'which settles it');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));
select is(tests.the_credits('pi_1'), 50::bigint, 'if the refund fails after all, the payment gives all of them');

select * from finish();
rollback;
