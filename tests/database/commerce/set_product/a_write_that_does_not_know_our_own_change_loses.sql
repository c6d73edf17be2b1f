begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.receive(tests.fact_set('chair', 10, '{"name": "Armchair"}'));
update public.products p set price_minor = 1500 where p.sku = 'chair';
select is((tests.the_product('chair')).version, 11::bigint, 'our change has a version of its own');

select tests.receive(tests.fact_set('chair', 11, '{"price_minor": 900, "currency": "EUR"}'));
select is((tests.the_product('chair')).price_minor, 1500::bigint,
  'a write made without knowing it, also as version 11, loses');
select tests.receive(tests.fact_set('chair', 11, '{"name": "Stool"}'));
select is((tests.the_product('chair')).name, 'Armchair',
  'also for the parts that we did not change: it was based on another state');
select tests.receive(tests.fact_set('chair', 12, '{"name": "Stool"}'));
select is((tests.the_product('chair')).name, 'Stool', 'a write based on ours wins');

select * from finish();
rollback;
