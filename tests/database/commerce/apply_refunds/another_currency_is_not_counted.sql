begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1', amount => 1000, currency => 'EUR'));
select tests.receive(tests.fact_refunded_total('pi_1', 1000, 'XAF'));

select is((tests.the_payment('pi_1')).refunded_minor, 0::bigint, '1000 XAF do not refund 1000 EUR');

select * from finish();
rollback;
