begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('waits', 'pending', '400 days'), tests.a_settled('waits too', 'pending', '399 days'),
  tests.a_settled('old', 'delivered', '100 days');
update ops.retention set reached = null, walk_began_at = now() where what = 'deliveries';

select is(ops.purge('deliveries', 2), 0, 'two that must stay');
select is(ops.purge('deliveries', 2), 1, 'are not read again: the next one is reached');
update outbox.deliveries set status = 'delivered', settled_at = now() - interval '100 days' where status = 'pending';
select is(ops.purge('deliveries', 2), 0, 'they stay, though they may be deleted by now');
update ops.retention set walk_began_at = now() - interval '1 day' where what = 'deliveries';
select is(ops.purge('deliveries', 2), 2, 'until the next day');
select is((select r.walk_began_at from ops.retention r where r.what = 'deliveries'), now(),
  'which starts from the oldest');

select * from finish();
rollback;
