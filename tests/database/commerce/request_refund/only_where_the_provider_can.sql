begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('fapshi'), tests.a_checkout('whop'), tests.a_checkout('paypal'), tests.a_checkout('failed');
select tests.is_paid('fapshi', provider => 'fapshi'), tests.is_paid('whop', provider => 'whop'),
  tests.is_paid('paypal', provider => 'paypal');
select tests.receive(tests.fact_failed('pi_failed', 'failed'));
create function tests.asks(payment uuid) returns text language sql as $$
  select tests.refusal(format('select commerce.request_refund(%L)', payment)) $$;

select is(tests.asks((tests.the_order('fapshi')).payment_id), '22023', 'Fapshi has no refunds: a payout by hand');
select is(tests.asks((tests.the_order('whop')).payment_id), '22023', 'Whop refunds are made in its dashboard');
select is(tests.asks((tests.the_order('paypal')).payment_id), 'taken', 'PayPal can');
select is(tests.asks((tests.the_payment('pi_failed')).id), '22023', 'an uncaptured payment cannot be refunded');
select is(tests.asks(gen_random_uuid()), 'P0002', 'nor an unknown one');

select * from finish();
rollback;
