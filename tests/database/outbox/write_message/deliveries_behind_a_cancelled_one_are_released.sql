begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select outbox.write_message('state', 'things/1', 'old', null, '{tests_a}', latest_only => '{tests_a}');
select tests.a_delivery('note', 'things/1');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'state', 'retry', '{"error": "500", "retry_after_ms": 3600000}');
select is(tests.claim('courier'), null, 'the second waits an hour behind the first');
select outbox.write_message('state', 'things/1', 'new', null, '{tests_a}', latest_only => '{tests_a}');

select is(tests.claim('courier'), 'note', 'the first is cancelled: the second is due at once');

select * from finish();
rollback;
