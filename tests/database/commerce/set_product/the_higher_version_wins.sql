begin;
select plan(10);

select tests.a_product('chair', 1000, 5);
select is(tests.receive(tests.fact_set('chair', 5,
  '{"name": "Armchair", "description": "Soft.", "price_minor": 2000, "currency": "XAF", "active": false}')), 'applied',
  'a higher version is applied');
select is((tests.the_product('chair')).name, 'Armchair', 'with its name');
select is((tests.the_product('chair')).description, 'Soft.', 'its description');
select is((tests.the_product('chair')).price_minor || (tests.the_product('chair')).currency, '2000XAF', 'its price');
select is((tests.the_product('chair')).active, false, 'and whether it is on sale');
select is((tests.the_product('chair')).version, 5::bigint, 'and the version is that of the write');
select is(tests.the_stock('chair'), 5, 'the stock stays as it is');

select is(tests.receive(tests.fact_set('chair', 4, '{"name": "Stool"}')), 'applied', 'a lower one raises no error');
select tests.receive(tests.fact_set('chair', 5, '{"name": "Throne"}'));
select is((tests.the_product('chair')).name, 'Armchair', 'and neither it nor an equal one changes anything');
select is((tests.the_product('chair')).version, 5::bigint, 'nor the version');

select * from finish();
rollback;
