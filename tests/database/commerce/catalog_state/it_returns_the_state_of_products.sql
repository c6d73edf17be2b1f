begin;
select plan(2);

select tests.a_product('chair', 1000, 5);
select tests.a_product('song', 100, null, active => false);
select is(
  commerce.catalog_state('["song", "lamp", "chair", "song"]'),
  '[{"sku": "song", "known": true, "version": 1, "own_version": 1, "stock": null, "stock_version": 1, "active": false},
    {"sku": "lamp", "known": false, "version": null, "own_version": null,
     "stock": null, "stock_version": null, "active": null},
    {"sku": "chair", "known": true, "version": 1, "own_version": 1,
     "stock": 5, "stock_version": 1, "active": true}]'::jsonb,
  'each product once, in the order in which they are named; unknown ones too'
);
select is(commerce.catalog_state('[]'), '[]'::jsonb, 'an empty list gives an empty list');

select * from finish();
rollback;
