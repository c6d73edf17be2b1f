begin;
select plan(6);

select tests.a_product('chair', 1000, 10);

select tests.is_sold('cart');
insert into public.refund_requests (id, payment_id, amount_minor, currency, status, error, requested_by)
values (gen_random_uuid(), (tests.the_payment('pi_cart')).id, 400, 'EUR', 'refused', 'The charge is disputed.',
  'an admin');
create function tests.is_shown() returns bigint language sql as $$ select count(*) from ops.attention a
  where a.what = 'refund refused' $$;

select results_eq(
  $$ select a.which, a.why from ops.attention a where a.what = 'refund refused' $$,
  $$ values ('tests pi_cart', 'The charge is disputed. The buyer has not got 4.00 EUR back.') $$, 'which, and why'
);
select matches((select a.remedy from ops.attention a where a.what = 'refund refused'),
  'request_refund.*record_refund.*dismiss_refund', 'the remedy, and its alternatives');
insert into public.refund_requests (payment_id, amount_minor, currency, requested_by, created_at)
  values ((tests.the_payment('pi_cart')).id, 400, 'EUR', 'an admin', now() + interval '1 second');
select is(tests.is_shown(), 0::bigint, 'once it is requested again it is settled');
delete from public.refund_requests where status = 'requested';
insert into public.refunds (payment_id, provider, provider_ref, status, amount_minor, currency, created_at)
values ((tests.the_payment('pi_cart')).id, 'tests', 're_1', 'succeeded', 400, 'EUR', now() + interval '1 second');
select is(tests.is_shown(), 0::bigint, 'or refunded another way');
delete from public.refunds where provider_ref = 're_1';
select is(tests.is_shown(), 1::bigint, 'otherwise it is shown');
select tests.receive(tests.fact_refund('re_2', 'pi_cart', 1000));
select is(tests.is_shown(), 0::bigint, 'after a full refund nothing is left to refund');

select * from finish();
rollback;
