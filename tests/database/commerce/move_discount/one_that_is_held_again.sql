begin;
select plan(3);

select tests.a_product('chair');
select tests.a_discount('FEW', 50, more => '{"max_uses": 1}');
select tests.a_shipment('cart', '{"discount_code": "FEW"}');
select commerce.cancel_checkout(tests.id('cart'));
select tests.a_shipment('second', '{"discount_code": "FEW"}');
select tests.receive(tests.fact_captured('pi_2', 'second', 500));
select tests.receive(tests.fact_pending('pi_1', 'cart', 500));
select is(tests.the_use('cart'), 'held', 'a debit that is on its way holds the discount again');
select tests.receive(tests.fact_captured('pi_1', 'cart', 500, at => 1));
select is((tests.the_order('cart')).status::text, 'needs_attention', 'taken a second time, an admin looks at it');
select matches((tests.the_order('cart')).attention_reason, 'no use of the discount FEW was left: it allows 1',
  'and why');

select * from finish();
rollback;
