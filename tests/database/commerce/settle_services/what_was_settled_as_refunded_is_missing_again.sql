begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 1 where sku = 'chair';
select tests.a_checkout('late'), tests.receive(tests.fact_checkout_expired('late'));
select tests.is_sold('quick');
select tests.is_paid('late');
select tests.receive(tests.fact_refund('re_1', 'pi_late', 1000));
select commerce.settle_order((tests.the_order('late')).id);
select tests.receive(tests.fact_refund('re_1', 'pi_late', 1000, 'failed'));
select matches((tests.the_order('late')).attention_reason, '1 × chair \(0 left\)',
  'the payment is captured again, but there is no chair');
update public.products set stock = 1 where sku = 'chair';
select commerce.settle_order((tests.the_order('late')).id);
select is(tests.the_reservations('late'), '1 chair taken', 'until there is one');

select * from finish();
rollback;
