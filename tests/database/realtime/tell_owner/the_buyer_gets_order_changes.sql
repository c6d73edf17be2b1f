begin;
select plan(5);

select tests.create_user('amina@tests.example');
select tests.a_product('chair', 1000);
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
create temporary table heard as select m.* from realtime.messages m
  where m.topic = 'user:' || tests.user_id('amina@tests.example');

select is((select array_agg(h.payload ->> 'table' order by h.payload ->> 'table') from heard h), '{orders,payments}',
  'of a payment and its order');
select is((select bool_and(h.private) from heard h), true, 'in private');
select is((select h.event from heard h where h.payload ->> 'table' = 'orders'), 'INSERT', 'the event is the operation');
select is((select h.payload -> 'record' ->> 'id' from heard h where h.payload ->> 'table' = 'orders'),
  (tests.the_order('cart')).id::text, 'with the row');
select is((select h.payload ->> 'schema' from heard h where h.payload ->> 'table' = 'orders'), 'public',
  'and its table');

select * from finish();
rollback;
