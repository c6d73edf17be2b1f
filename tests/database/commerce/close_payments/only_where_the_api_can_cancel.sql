begin;
select plan(3);

select tests.a_provider();
select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'transaction', 't_1', '{}');
create function pg_temp.is_asked_for() returns boolean language sql as $$
  select s.close_requested_at is not null from public.started_payments s where s.provider_ref = 't_1'
$$;
update inbox.providers p set can_cancel = false where p.name = 'tests';
select commerce.close_payments(tests.id('cart'));
select is(pg_temp.is_asked_for(), false, 'a provider that cannot cancel is not asked');
update inbox.providers p set can_cancel = true where p.name = 'tests';
select commerce.close_payments(tests.id('cart'));
select is(pg_temp.is_asked_for(), true, 'one that can is');
select is((select p.can_cancel from inbox.providers p where p.name = 'paypal'), false,
  'PayPal cannot: an order is paid when we capture it, and closes by itself');

select * from finish();
rollback;
