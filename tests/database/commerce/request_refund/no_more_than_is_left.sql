begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
create function tests.asks(amount text, restock boolean default false) returns text language sql as $$
  select tests.refusal(format('select commerce.request_refund(tests.id(''payment''), %s, restock => %L)', amount,
    restock))
$$;
select is(tests.asks('1001'), '22023', 'more than was captured');
select is(tests.asks('0'), '22023', 'nothing');
select is(tests.asks('-1'), '22023', 'less than 0');
select is(tests.asks('999', true), '22023', 'a partial refund cannot restock a whole order');
select is(tests.asks('1000', true), 'taken', 'all');
select commerce.request_refund(tests.id('payment'), 600);
select is(tests.asks('401'), '22023', 'two requests at the same time add up');
select is(tests.asks('400', true), 'taken', 'all that is left');
select commerce.request_refund(tests.id('payment'));
select is(tests.asks('null'), '22023', 'then nothing is left');

select * from finish();
rollback;
