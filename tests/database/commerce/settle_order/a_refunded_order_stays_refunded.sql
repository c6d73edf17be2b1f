begin;
select plan(2);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is((tests.the_order('late')).status, 'refunded', 'a refund settles it too');
select commerce.settle_order((tests.the_order('late')).id);

select is((tests.the_order('late')).status, 'refunded', 'settling it does not undo the refund');

select * from finish();
rollback;
