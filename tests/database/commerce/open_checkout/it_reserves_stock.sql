begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');

select is(tests.the_stock('chair'), 3, 'what is reserved can no longer be sold');
select is(tests.the_reservations('cart'), '2 chair held', 'the reservation is held for the buyer');
select is((tests.the_checkout('cart')).status, 'open', 'the checkout is open');
select ok((tests.the_checkout('cart')).expires_at > now(), 'it has a time of expiry');

select * from finish();
rollback;
