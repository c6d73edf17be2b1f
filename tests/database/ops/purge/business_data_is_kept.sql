begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('c');
select tests.receive(tests.fact_captured('pi_1', 'c'));
update inbox.events set received_at = now() - interval '10 years';
update outbox.deliveries set status = 'delivered', settled_at = now() - interval '10 years',
  created_at = now() - interval '10 years', lease_until = null;
create temporary table before as select tests.the_state() - 'events' as state;
select ok(ops.purge_all() > 1, 'the event and its messages are deleted');
select is(tests.the_state() - 'events', (select b.state from before b), 'the payment, the order and the stock are not');

select * from finish();
rollback;
