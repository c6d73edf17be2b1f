begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '1 day');
insert into outbox.attempts (delivery_id, number, started_at) select (tests.the_delivery('one')).id, n,
  now() - interval '40 days' from generate_series(1, 5) n;

select is(ops.purge('attempts', 2), 2, 'at most the requested number');
select results_eq('select a.number from outbox.attempts a order by a.id', 'values (3), (4), (5)', 'the oldest');
select is(ops.purge('attempts', 2), 2, 'then the next');
select is(ops.purge('attempts', 2), 1, 'then the rest');

select * from finish();
rollback;
