begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one', 'things/1'), tests.a_delivery('two', 'things/1');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'one', 'two waits for one');
select tests.record('courier', 'one', 'cancelled', '{"error": "nothing to do"}');

select is(tests.claim('courier'), 'two', 'one was cancelled: two is sent');

select * from finish();
rollback;
