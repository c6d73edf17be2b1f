begin;
select plan(4);

select tests.a_product('chair', 1000, 10);

select is(tests.refusal($$ select commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1}'), 'XAF') $$),
  '22023 not_sold_in_currency', 'it has no price in it');
select is(tests.refusal($$ select commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1}'), 'nonsense')
  $$), '22023 not_sold_in_currency', 'nor an unknown currency');
select is(tests.refusal($$ select commerce.open_checkout('amina@tests.example', tests.items('{"chair": 1}'), 'EUR') $$),
  'taken', 'its own currency may be named');
select is(tests.the_stock('chair'), 10, 'nothing was reserved');

select * from finish();
rollback;
