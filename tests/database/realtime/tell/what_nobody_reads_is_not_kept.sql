begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart', email => 'guest@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'), tests.fact_refund('re_1', 'pi_1', 1000));

select is((select count(*) from public.topic_changes), 0::bigint, 'a guest''s order and payment');

select * from finish();
rollback;
