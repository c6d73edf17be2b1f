begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', null);
select commerce.note_closed(p.id) from public.started_payments p where p.provider_ref = 'cs_1';
select is(commerce.may_close(p.id), 'It is closed already.', 'it is closed') from public.started_payments p
  where p.provider_ref = 'cs_1';
select matches(commerce.may_close(gen_random_uuid()), '^There is no started payment', 'nor one that does not exist');

select * from finish();
rollback;
