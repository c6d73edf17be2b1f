begin;
select plan(1);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart', email => 'guest@tests.example');
-- Admins are told that something has changed, and of no row.
select tests.remember('before', (select count(*) from realtime.messages m where m.topic <> 'admins')::text);
select tests.receive(tests.fact_captured('pi_1', 'cart'));

select is((select count(*) from realtime.messages m where m.topic <> 'admins')::text, current_setting('tests.before'),
  'there is no topic for a guest');

select * from finish();
rollback;
