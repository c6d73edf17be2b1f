begin;
select plan(4);

-- Otherwise a courier would stay awake, and cron would ring, for as long as the earlier one is retried: up to a day.
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('earlier', 'things/1');
select tests.a_delivery('later', 'things/1');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'earlier', 'retry', '{"error": "500"}');
select is(tests.claim('courier'), null, 'there is nothing to claim');

select is_empty('select * from outbox.due()', 'so nothing is due');
select is(outbox.finish_run(tests.id('courier')), true, 'the courier may end its run');
select is(outbox.needs_courier(), false, 'and no courier needs to be woken');

select * from finish();
rollback;
