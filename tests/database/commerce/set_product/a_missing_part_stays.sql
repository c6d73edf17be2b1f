begin;
select plan(4);

select tests.a_product('chair', 1000);
update public.products p set description = 'Soft.' where p.sku = 'chair';
select tests.receive(tests.fact_set('chair', 10, '{"name": "Armchair"}'));
select is((tests.the_product('chair')).description, 'Soft.', 'a missing description stays');
select is((tests.the_product('chair')).price_minor, 1000::bigint, 'so does a missing price');
select tests.receive(tests.fact_set('chair', 11, '{"description": null}'));
select is((tests.the_product('chair')).description, null, 'null removes the description');
select is((tests.the_product('chair')).name, 'Armchair', 'and the name stays');

select * from finish();
rollback;
