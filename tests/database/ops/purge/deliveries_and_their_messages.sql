begin;
select plan(3);

select tests.a_quiet_outbox();
delete from outbox.messages;
select tests.a_destination('tests_a');
select tests.a_settled('waits', 'pending', '400 days'), tests.a_settled('dead for long', 'dead', '185 days'),
  tests.a_settled('dead', 'dead', '95 days');
select tests.a_settled('old', 'delivered', '95 days'), tests.a_settled('called off', 'cancelled', '95 days'),
  tests.a_settled('new', 'delivered', '89 days');
update ops.retention set reached = null;

select is(ops.purge('deliveries', 100), 2, 'delivered and cancelled ones are deleted after 90 days');
select is(ops.purge('dead deliveries', 100), 1, 'dead ones after 180');
select is((select array_agg(m.type order by m.type) from outbox.messages m), '{dead,new,waits}',
  'and their messages with them; waiting ones stay');

select * from finish();
rollback;
