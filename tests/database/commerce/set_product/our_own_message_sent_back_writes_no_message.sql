begin;
select plan(3);

select tests.a_product('chair', 1000, 5);
update public.products p set name = 'Armchair' where p.sku = 'chair';
select tests.remember('messages', md5((select count(*)::text from outbox.messages m))::uuid::text);

-- Our own product.changed, as a receiver could send it back.
select tests.receive(
  tests.fact_set('chair', (tests.the_product('chair')).version,
    '{"name": "Armchair", "description": null, "price_minor": 1000, "currency": "EUR", "active": true}'),
  tests.fact_count('chair', (tests.the_product('chair')).stock_version, 5)
);
select is(md5((select count(*)::text from outbox.messages m))::uuid, tests.id('messages'), 'no message is written');
select is((tests.the_product('chair')).version, 2::bigint, 'the version stays as it was');
select is((tests.the_product('chair')).stock_version, 1::bigint, 'and so does that of the stock');

select * from finish();
rollback;
