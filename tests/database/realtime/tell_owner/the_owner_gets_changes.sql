begin;
select plan(2);

select tests.create_user('amina@tests.example');
select tests.a_product('chair', 1000);
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
create temporary table heard as
select m.payload from realtime.messages m
where m.topic = 'user:' || tests.user_id('amina@tests.example') and m.event = 'UPDATE'
  and m.payload ->> 'table' = 'orders';

select is((select h.payload -> 'record' ->> 'status' from heard h), 'refunded', 'the order''s new values');
select is((select h.payload -> 'old_record' ->> 'status' from heard h), 'confirmed', 'and its old ones');

select * from finish();
rollback;
