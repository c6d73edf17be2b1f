begin;
select plan(2);

-- The doorbell is the fast path; cron and the runs after webhooks deliver without it.
select tests.a_product('chair');
select tests.a_checkout('cart');
update outbox.couriers set ended_at = now(), awake_until = null where ended_at is null;
update outbox.settings set functions_url = 'https://not an address';
select set_config('signalbox.rung', '', true);

select is(tests.receive(tests.fact_captured('pi_1', 'cart')), 'applied', 'an address that pg_net refuses');
select is((tests.the_order('cart')).status, 'confirmed', 'the order is made all the same');

select * from finish();
rollback;
