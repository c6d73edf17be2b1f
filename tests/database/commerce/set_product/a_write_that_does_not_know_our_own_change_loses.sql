begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.receive(tests.fact_set('chair', 10, '{"name": "Armchair"}'));
update public.products p set price_minor = 1500 where p.sku = 'chair';
select is((tests.the_product('chair')).version, 11::bigint, 'our change is a version of its own');

select tests.receive(tests.fact_set('chair', 11, '{"price_minor": 900, "currency": "EUR"}'));
select is((tests.the_product('chair')).price_minor, 1500::bigint,
  'a write made before it was known, as version 11 too, loses');
select tests.receive(tests.fact_set('chair', 11, '{"name": "Stool"}'));
select is((tests.the_product('chair')).name, 'Armchair',
  'even of what we did not change: it was written on top of something else');
select tests.receive(tests.fact_set('chair', 12, '{"name": "Stool"}'));
select is((tests.the_product('chair')).name, 'Stool', 'once it is written on top of ours, it wins');

select * from finish();
rollback;
