begin;
select plan(5);

select tests.a_product('chair', 1000, 5);
select tests.receive(tests.fact_product('chair', 'Armchair', at => 10) || '{"description": "Soft.", "active": false}');
select is((tests.the_product('chair')).name, 'Armchair', 'the name is the provider''s');
select is((tests.the_product('chair')).description, 'Soft.', 'so is the description');
select is((tests.the_product('chair')).active, false, 'and whether it is on sale');

select tests.receive(tests.fact_product('chair', 'Stool', at => 5));
select is((tests.the_product('chair')).name, 'Armchair', 'an older event is not applied');
select tests.receive(tests.fact_product('chair', 'Throne', at => 20));
select is((tests.the_product('chair')).name, 'Throne', 'a newer one is');

select * from finish();
rollback;
