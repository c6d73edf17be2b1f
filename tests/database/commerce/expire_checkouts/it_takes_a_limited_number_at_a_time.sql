begin;
select plan(3);

select commerce.expire_checkouts(1000000);
select tests.a_product('chair', stock => 5);
select tests.a_checkout('first');
select tests.a_checkout('second');
update public.checkout_sessions set expires_at = now() - interval '2 days' where id = tests.id('first');
update public.checkout_sessions set expires_at = now() - interval '1 day' where id = tests.id('second');

select is(commerce.expire_checkouts(1), 1, 'no more than at_most');
select is((tests.the_checkout('first')).status, 'expired', 'the one that is longest past its time first');
select is((tests.the_checkout('second')).status, 'open', 'the rest in the next run');

select * from finish();
rollback;
