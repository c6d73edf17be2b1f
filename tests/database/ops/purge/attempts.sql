begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '31 days');
insert into outbox.attempts (delivery_id, number, started_at)
  values ((tests.the_delivery('one')).id, 1, now() - interval '31 days'),
  ((tests.the_delivery('one')).id, 2, now() - interval '29 days');

select is(ops.purge('attempts', 100), 1, 'an attempt is deleted after 30 days');
select results_eq('select a.number from outbox.attempts a', 'values (2)', 'not sooner');

select * from finish();
rollback;
