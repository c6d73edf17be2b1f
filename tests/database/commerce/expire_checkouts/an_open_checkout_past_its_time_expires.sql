begin;
select plan(5);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('late', '{"chair": 2}');
select tests.a_checkout('early', '{"chair": 1}');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('late');

select ok(commerce.expire_checkouts(1000000) >= 1, 'it says how many expired');
select is((tests.the_checkout('late')).status, 'expired', 'the one past its time is expired');
select is((tests.the_checkout('early')).status, 'open', 'the other stays open');
select is(tests.the_stock('chair'), 4, 'the stock of the expired one is back');
select is(commerce.expire_checkouts(), 0, 'a second run has nothing to do');

select * from finish();
rollback;
