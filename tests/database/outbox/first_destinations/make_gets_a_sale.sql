begin;
select plan(3);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
create function tests.heard(who text) returns text[] language sql as $$
  select array_agg(m.type order by m.type) from outbox.messages m join outbox.deliveries d on d.message_id = m.id
  where d.destination = who and m.event_id = (tests.the_event('evt_sale')).id
$$;
select tests.receive_events(tests.an_event('evt_sale', tests.fact_captured('pi_1', 'cart')));

select is(tests.heard('make'), '{order.created,payment.captured}', 'make.com: the payment and the order, once each');
select is(tests.heard('railway'), '{order.created}', 'Railway: the order');
select is(tests.heard('railway_stripe'), null, 'its Stripe endpoint: nothing, for it is not Stripe''s');

select * from finish();
rollback;
