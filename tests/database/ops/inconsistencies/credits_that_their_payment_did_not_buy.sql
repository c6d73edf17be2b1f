begin;
select plan(4);

select tests.a_pack('pack', 10);
select tests.is_sold('cart', '{"pack": 2}');
select is(tests.the_credits('pi_cart'), 20::bigint, 'two packs of 10');
update public.credit_ledger set credits = 19 where payment_id = (tests.the_payment('pi_cart')).id;

select is(tests.inconsistencies(), 'credits and their payment differ', 'one is missing');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
