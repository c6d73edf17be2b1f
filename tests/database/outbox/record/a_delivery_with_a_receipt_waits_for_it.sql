begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
update outbox.destinations set receipts = true, receipt_within = '2 hours' where name = 'tests_a';
select tests.a_delivery('one'), tests.a_delivery('two', destination => 'tests_b');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record_all('courier', 'delivered');
select tests.record_all('courier', 'delivered', destination => 'tests_b');

select is((tests.the_delivery('one')).receipt_due_at, now() + interval '2 hours', 'its receipt is due by then');
select is((tests.the_delivery('two', 'tests_b')).receipt_due_at, null,
  'a destination without receipts has no due date');

select * from finish();
rollback;
