begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.is_sold('other');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 400));
insert into public.refund_requests (payment_id, amount_minor, currency, status, provider_ref, requested_by)
values ((tests.the_payment('pi_other')).id, 400, 'EUR', 'sent', 're_1', 'an admin');

select is(tests.inconsistencies(), 'refund of another payment', 'the wrong buyer got the refund');

select * from finish();
rollback;
