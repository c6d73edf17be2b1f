begin;
select plan(10);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
create function tests.a_request(more jsonb) returns text language sql as $$
  select format('insert into public.refund_requests select (jsonb_populate_record(null::public.refund_requests, %L)).*',
    jsonb_build_object(
    'id', gen_random_uuid(), 'payment_id', (tests.the_payment('pi_cart')).id, 'amount_minor', 1, 'currency', 'EUR',
    'status', 'requested', 'restock', false,
    'requested_by', 'amina', 'created_at', now(), 'updated_at', now()
  ) || more)
$$;
select lives_ok(tests.a_request('{}'), 'asked for');
select lives_ok(tests.a_request('{"status": "sent", "provider_ref": "re_1"}'), 'sent');
select lives_ok(tests.a_request('{"status": "refused", "error": "no"}'), 'refused');
select tests.is_refused(tests.a_request('{"amount_minor": 0}'), 'something_goes_back', 'of something');
select tests.is_refused(tests.a_request('{"currency": "eur"}'), 'a_currency_is_an_iso_code', 'in a currency');
select tests.is_refused(tests.a_request('{"status": "sent"}'), 'what_was_sent_has_the_providers_id',
  'a sent one has the provider''s id');
select tests.is_refused(tests.a_request('{"provider_ref": "re_1"}'), 'what_was_sent_has_the_providers_id',
  'others have none');
select tests.is_refused(tests.a_request('{"status": "refused"}'), 'what_was_refused_says_why',
  'a refused one says why');
select tests.is_refused(tests.a_request('{"error": "no"}'), 'what_was_refused_says_why', 'others do not');
select tests.is_refused(tests.a_request(jsonb_build_object('payment_id', gen_random_uuid())),
  'a_refund_is_asked_for_a_payment', 'of a payment');

select * from finish();
rollback;
