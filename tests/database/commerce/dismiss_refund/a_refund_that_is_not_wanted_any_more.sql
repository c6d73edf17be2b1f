begin;
select plan(4);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
insert into public.refund_requests (payment_id, amount_minor, currency, status, error, requested_by)
values ((tests.the_payment('pi_cart')).id, 400, 'EUR', 'refused', 'The charge is disputed.', 'an admin');
select lives_ok(tests.the_remedy('refund refused', 2), 'as ops.attention offers it');
select is_empty($$ select 1 from ops.attention a where a.what = 'refund refused' $$, 'it is withdrawn');
select is((select d.reason from ops.decisions d where d.about = (tests.the_payment('pi_cart')).id::text), 'a test',
  'and why is kept with the payment');
select is(tests.refusal('select commerce.dismiss_refund(gen_random_uuid(), ''x'')'), 'P0002', 'one that is not here');

select * from finish();
rollback;
