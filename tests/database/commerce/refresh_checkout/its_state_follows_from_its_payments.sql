begin;
select plan(10);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
create function tests.state() returns text language sql as $$ select (tests.the_checkout('cart')).status || ', '
  || tests.the_reservations('cart') $$;
select commerce.refresh_checkout(tests.id('cart'));
select is(tests.state(), 'open, 1 chair held', 'without a payment it is open');
select tests.receive(tests.fact_expired('pi_1', 'cart'));
select is(tests.state(), 'expired, 1 chair released', 'its only payment expired');
select tests.receive(tests.fact_failed('pi_2', 'cart'));
select is(tests.state(), 'payment_failed, 1 chair released', 'another failed');
select tests.receive(tests.fact_pending('pi_3', 'cart'));
select is(tests.state(), 'payment_pending, 1 chair held', 'a third is pending: the stock is held again');
select tests.receive(tests.fact_cancelled('pi_3', 'cart'));
select is(tests.state(), 'payment_failed, 1 chair released', 'it is cancelled');
select tests.receive(tests.fact_captured('pi_4', 'cart', 999));
select is(tests.state(), 'payment_pending, 1 chair held',
  'a fourth is captured with another amount: its stock is held until an admin decides');
select tests.receive(tests.fact_refund('re_1', 'pi_4', 999));
select is(tests.state(), 'payment_failed, 1 chair released', 'it is refunded');
select tests.receive(tests.fact_captured('pi_5', 'cart'));
select is(tests.state(), 'payment_completed, 1 chair taken', 'a fifth pays it');
select tests.receive(tests.fact_refund('re_5', 'pi_5', 1000));
select is(tests.state(), 'payment_completed, 1 chair taken', 'what was completed stays completed');
select is(tests.the_stock('chair'), 4, 'in the end one is sold');

select * from finish();
rollback;
