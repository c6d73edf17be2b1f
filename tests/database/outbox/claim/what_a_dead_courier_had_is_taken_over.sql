begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('first');
select tests.claim('first');
select tests.a_courier('second');
select is(tests.claim('second'), null, 'while the lease lasts the first courier has it');
update outbox.deliveries set lease_until = clock_timestamp() - interval '1 minute'
  where id = (tests.the_delivery('one')).id;
select is(tests.claim('second'), 'one', 'after that the second gets it');
select is((tests.the_delivery('one')).attempts, 2, 'as a new attempt');
select is((tests.the_delivery('one')).courier, tests.id('second'), 'of its own');

select tests.record('first', 'one', 'delivered', '{"attempt": 1}');
select is((tests.the_delivery('one')).status, 'sending', 'a later result of the first courier does not count');
select is((select count(*)::integer from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id), 1,
  'but is logged');

select * from finish();
rollback;
