begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 1 where sku = 'chair';
select tests.a_checkout('late'), tests.receive(tests.fact_checkout_expired('late'));
select tests.is_sold('quick');
select tests.is_paid('late');
create temporary table before as select (tests.the_order('late')).attention_reason as reason;
select tests.receive(tests.fact_refund('re_1', 'pi_late', 1000), tests.fact_refund('re_1', 'pi_late', 1000, 'failed'));

select is((tests.the_order('late')).status, 'needs_attention', 'as before the refund');
select is((tests.the_order('late')).attention_reason, (select b.reason from before b), 'with the same text');

select * from finish();
rollback;
