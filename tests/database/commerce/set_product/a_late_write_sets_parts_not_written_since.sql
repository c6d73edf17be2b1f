begin;
select plan(3);

select tests.a_product('chair', 1000);
select tests.receive(tests.fact_set('chair', 9, '{"name": "Armchair"}'));
select tests.receive(tests.fact_set('chair', 8, '{"name": "Stool", "description": "Soft."}'));
select is((tests.the_product('chair')).description, 'Soft.', 'the parts that the later write left out');
select is((tests.the_product('chair')).name, 'Armchair', 'but not those that it set');
select is((tests.the_product('chair')).version, 9::bigint, 'the version is still the highest');

select * from finish();
rollback;
