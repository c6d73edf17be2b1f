begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '1 day');
insert into outbox.attempts (delivery_id, number, started_at) values
  ((tests.the_delivery('one')).id, 1, now() - interval '40 days'), ((tests.the_delivery('one')).id, 2, now()),
  ((tests.the_delivery('one')).id, 3, now() - interval '40 days');

select is(ops.purge('attempts', 100), 1, 'younger rows are read when they are old enough');
update outbox.attempts set started_at = now() - interval '40 days';
select is(ops.purge('attempts', 100), 2, 'as this one is now');

select * from finish();
rollback;
