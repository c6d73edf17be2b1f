begin;
select plan(1);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));

select is((tests.the_order('late')).status, 'needs_attention',
  'a refund that failed leaves the order as it was: sold out and paid');

select * from finish();
rollback;
