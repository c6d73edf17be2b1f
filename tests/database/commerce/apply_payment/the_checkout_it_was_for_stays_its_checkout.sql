begin;
select plan(3);

select tests.a_product('chair', stock => 10);
select tests.a_checkout('first');
select tests.a_checkout('second');
select tests.receive(tests.fact_captured('pi_1', 'first'));
select tests.receive(tests.fact_captured('pi_1', 'second'));

select is((tests.the_payment('pi_1')).checkout_session_id, tests.id('first'), 'a payment does not change its checkout');
select is((tests.the_order('second')).id, null, 'one payment pays only one checkout');
select is((tests.the_checkout('second')).status, 'open', 'the other stays open');

select * from finish();
rollback;
