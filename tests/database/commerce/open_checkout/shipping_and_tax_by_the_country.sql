begin;
select plan(6);

select tests.a_product('chair', 1000);
update public.products set weight_grams = 600 where sku = 'chair';
select tests.a_rate('{DE}', 500, 1000);
select tests.a_rate('{DE}', 900);
insert into public.tax_rates (country, percent) values ('DE', 19);
select tests.a_shipment('one', jsonb_build_object('shipping_address', tests.an_address()));
select is(tests.the_price('one'), '1000 - 0 + 500 + 285 = 1785', 'one of them is light');
select tests.a_shipment('two', jsonb_build_object('shipping_address', tests.an_address()), '{"chair": 2}');
select is(tests.the_price('two'), '2000 - 0 + 900 + 551 = 3451', 'two are heavy');
select tests.a_shipment('page', '{"shipping_country": "DE", "page_asks": true}');
select is(tests.the_price('page'), '1000 - 0 + 500 + 285 = 1785', 'the page asks for the street');
update commerce.settings set prices_include_tax = true where id;
select tests.a_shipment('included', jsonb_build_object('shipping_address', tests.an_address()));
select is(tests.the_price('included'), '1000 - 0 + 500 + 239 = 1500', 'prices that contain the tax');
update commerce.settings set prices_include_tax = false, provider_tax = true where id;
select tests.a_shipment('theirs', jsonb_build_object('shipping_address', tests.an_address(), 'page_taxes', true));
select is(tests.the_price('theirs'), '1000 - 0 + 500 + 0 = 1500', 'a provider that works the tax out itself');
select tests.a_shipment('ours', jsonb_build_object('shipping_address', tests.an_address(), 'page_taxes', false));
select is(tests.the_price('ours'), '1000 - 0 + 500 + 285 = 1785', 'one that cannot');

select * from finish();
rollback;
