begin;
select plan(4);

-- commerce.accept_payment promises: "Refund it at the provider; the refund's webhook then closes it here."
select tests.receive(tests.fact_captured('pi_1'));
select ok((tests.the_payment('pi_1')).needs_review, 'a payment for an unknown purpose needs review');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));

select is((tests.the_payment('pi_1')).status, 'refunded', 'it is refunded');
select is((tests.the_payment('pi_1')).needs_review, false, 'once it is refunded nothing needs review');
select is_empty(
  $$ select 1 from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$,
    'it no longer waits for an admin'
);

select * from finish();
rollback;
