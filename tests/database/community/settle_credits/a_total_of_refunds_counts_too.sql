begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select tests.receive(tests.fact_refunded_total('pi_1', 1000));

select is(tests.the_credits('pi_1'), 0::bigint, 'in whatever way the provider reports it');

select * from finish();
rollback;
