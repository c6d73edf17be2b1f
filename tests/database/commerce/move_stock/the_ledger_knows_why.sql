begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select commerce.move_stock((tests.the_product('chair')).id, -2, 'moved', provider => 'railway',
  provider_ref => 'move_1', note => 'broken');
update public.products set stock = 6 where sku = 'chair';

select results_eq(
  $$ select m.quantity, m.reason::text, m.checkout_session_id, m.provider, m.provider_ref, m.note
  from public.stock_movements m
     where m.product_id = (tests.the_product('chair')).id order by m.reason $$,
  $$ values (10, 'opened', null::uuid, null, null, null), (-1, 'reserved', tests.id('cart'), null, null, null),
  (-2, 'moved', null, 'railway', 'move_1', 'broken'), (-1, 'corrected', null, null, null, null) $$,
  'the given reason; a later change by hand has none of it'
);

select * from finish();
rollback;
