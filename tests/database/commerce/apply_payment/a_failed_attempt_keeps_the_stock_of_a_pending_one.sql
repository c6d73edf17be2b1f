begin;
select plan(1);

-- A payment by bank debit is pending; meanwhile a card is tried, and declined.
select tests.a_product('chair', stock => 1);
select tests.a_checkout('cart');
select tests.receive(tests.fact_pending('pi_debit', 'cart'));
select tests.receive(tests.fact_failed('pi_card', 'cart'));

select is(tests.the_reservations('cart'), '1 chair held', 'its stock stays reserved: a payment of it is still pending');

select * from finish();
rollback;
