begin;
select plan(4);

select tests.a_product('chair', stock => 5);

select tests.begins('key-of-one-purchase');
select tests.remember('first', current_setting('tests.cart'));
update public.checkout_requests set claimed_until = now() - interval '1 second' where key = 'key-of-one-purchase';
select is(tests.begins('key-of-one-purchase'), 'begun', 'after half a minute the next call starts the payment');
select is(tests.id('cart'), tests.id('first'), 'for the same checkout');
select is(tests.the_stock('chair'), 3, 'nothing is reserved twice');
select is(tests.begins('key-of-one-purchase'), 'busy', 'and has half a minute for itself');

select * from finish();
rollback;
