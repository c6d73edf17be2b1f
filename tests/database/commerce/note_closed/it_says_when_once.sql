begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', null);
select commerce.start_payment(tests.id('cart'), 'tests', 'payment_intent', 'pi_1', null);
select commerce.note_closed(p.id) from public.started_payments p where p.provider_ref = 'cs_1';
select is(p.closed_at, now(), 'it is closed now') from public.started_payments p where p.provider_ref = 'cs_1';
select is(p.closed_at, null, 'another is not') from public.started_payments p where p.provider_ref = 'pi_1';
update public.started_payments p set closed_at = '2026-01-01' where p.provider_ref = 'cs_1';
select commerce.note_closed(p.id) from public.started_payments p where p.provider_ref = 'cs_1';
select is(p.closed_at, '2026-01-01', 'the first time is kept') from public.started_payments p
  where p.provider_ref = 'cs_1';

select * from finish();
rollback;
