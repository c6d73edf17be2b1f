begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '200 days');
update outbox.deliveries set settled_at = now() - interval '89 days';
select is(ops.purge('deliveries', 100), 0, 'created long ago, and brought back by an admin');
update outbox.deliveries set settled_at = now() - interval '91 days';
update ops.retention set walk_began_at = now() - interval '1 day';
select is(ops.purge('deliveries', 100), 1, 'it is deleted 90 days later');

select * from finish();
rollback;
