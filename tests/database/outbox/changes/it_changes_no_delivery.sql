begin;
select plan(2);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');
select tests.a_delivery('second');
select outbox.cancel((tests.the_delivery('second')).id, 'a test');
create temporary table before as select * from outbox.deliveries;

select is(tests.next_changes(), 'first second', 'whatever the status of the delivery is');
select set_eq('select * from outbox.deliveries', 'select * from before',
  'a message that was read is delivered all the same');

select * from finish();
rollback;
