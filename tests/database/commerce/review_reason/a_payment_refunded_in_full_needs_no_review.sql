begin;
select plan(4);

-- What commerce.accept_payment promises: "Refund it at the provider; the refund's webhook then closes it here."
select tests.receive(tests.fact_captured('pi_1'));
select ok((tests.the_payment('pi_1')).needs_review, 'money for nothing known needs review');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));

select is((tests.the_payment('pi_1')).status, 'refunded', 'it is refunded');
select is((tests.the_payment('pi_1')).needs_review, false, 'once it went back there is nothing to review');
select is_empty(
  $$ select 1 from ops.attention a where a.id = (tests.the_payment('pi_1')).id::text $$, 'it waits for nobody any more'
);

select * from finish();
rollback;
