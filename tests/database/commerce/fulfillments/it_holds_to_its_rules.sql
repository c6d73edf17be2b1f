begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
create function tests.a_parcel(more jsonb) returns text language sql as $$
  select format('insert into public.fulfillments select (jsonb_populate_record(null::public.fulfillments, %L)).*',
    jsonb_build_object(
    'id', gen_random_uuid(), 'order_id', (tests.the_order('cart')).id, 'status', 'pending', 'cancelled_by_refund',
      false, 'created_at', now(), 'updated_at', now()
  ) || more)
$$;
select tests.is_refused(tests.a_parcel('{}'), 'an_order_is_sent_once', 'one parcel per order');
delete from public.fulfillments where order_id = (tests.the_order('cart')).id;
select tests.is_refused(tests.a_parcel(jsonb_build_object('order_id', gen_random_uuid())),
  'a_fulfillment_is_of_an_order', 'of an order');
select tests.is_refused(tests.a_parcel('{"tracking_url": "http://tests.example/1"}'), 'a_tracking_address_is_https',
  'a tracking URL is https');
select tests.is_refused(tests.a_parcel('{"tracking_url": "javascript:alert(1)"}'), 'a_tracking_address_is_https',
  'and never javascript');
select tests.is_refused(tests.a_parcel('{"status": "shipped"}'), 'what_was_shipped_says_when',
  'a shipped one has its time');
select tests.is_refused(tests.a_parcel(jsonb_build_object('shipped_at', now())), 'what_was_shipped_says_when',
  'others have none');
select tests.is_refused(tests.a_parcel('{"cancelled_by_refund": true}'),
  'only_what_is_cancelled_was_cancelled_by_a_refund', 'only what is cancelled was cancelled by a refund');
select lives_ok(tests.a_parcel('{"tracking_url": "https://tests.example/1", "carrier": "DHL"}'),
  'everything else is accepted');

select * from finish();
rollback;
