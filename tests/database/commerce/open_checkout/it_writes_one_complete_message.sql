begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'checkout.opened', 'public.checkout_sessions', '{INSERT}');
select tests.a_product('chair', 1000);
select tests.a_checkout('cart', '{"chair": 2}');

select is(
  (select m -> 'data' ->> 'total_minor' from tests.the_messages('checkout_sessions/' || tests.id('cart')) m), '2000',
  'the message about a new checkout has its total'
);
select is(
  (select m -> 'data' ->> 'currency' from tests.the_messages('checkout_sessions/' || tests.id('cart')) m), 'EUR',
  'and its currency'
);

select * from finish();
rollback;
