begin;
select plan(7);

select tests.a_product('chair');
select tests.a_discount('FEW', 50, more => '{"max_uses": 1}');
select tests.a_shipment('cart', '{"discount_code": "FEW"}');
select is(tests.the_use('cart'), 'held', 'held while it is open');
select commerce.cancel_checkout(tests.id('cart'));
select is(tests.the_use('cart'), 'released', 'free when it is cancelled');
select tests.a_shipment('second', '{"discount_code": "FEW"}');
select tests.receive(tests.fact_captured('pi_2', 'second', 500));
select is(tests.the_use('second'), 'taken', 'taken when it is paid');
select is((tests.the_order('second')).status::text, 'confirmed', 'by an order like any other');
select tests.receive(tests.fact_captured('pi_1', 'cart', 500));
select is((tests.the_order('cart')).status::text, 'needs_attention',
  'money for the first that comes late makes its order, and an admin looks at it');
select matches((tests.the_order('cart')).attention_reason,
  'no use of the discount FEW was left: it allows 1', 'and is told why');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
