begin;
select plan(4);

select tests.a_product('chair');
select tests.a_checkout('cart');

select tests.is_refused($$ update public.checkout_sessions set total_minor = -1 where id = tests.id('cart') $$,
  'a_total_is_not_negative', 'a total is not negative');
select tests.is_refused($$ update public.checkout_sessions set currency = 'EURO' where id = tests.id('cart') $$,
  'a_currency_is_an_iso_code', 'a currency is an ISO code');
select tests.is_refused($$ update public.checkout_sessions set status = 'payment_completed' where id = tests.id('cart')
  $$, 'a_completed_checkout_says_when', 'a completed checkout says when');
select tests.is_refused($$ update public.checkout_sessions set completed_at = now() where id = tests.id('cart') $$,
  'a_completed_checkout_says_when', 'and only a completed one was');

select * from finish();
rollback;
