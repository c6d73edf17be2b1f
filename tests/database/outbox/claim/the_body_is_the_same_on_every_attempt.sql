begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
create temporary table first as select * from outbox.claim(tests.id('courier'), 1);
select tests.record('courier', 'one', 'retry', '{"error": "500"}');
select tests.comes_due('one');
create temporary table second as select * from outbox.claim(tests.id('courier'), 1);

select is((select s.body from second s), (select f.body from first f), 'to the byte');
select is((select s.message_id from second s), (select f.message_id from first f),
  'with the same id, by which the receiver drops a duplicate');
select is((select s.attempt from second s), 2, 'only the attempt differs');

select * from finish();
rollback;
