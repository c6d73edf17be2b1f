begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first', 'things/1'), tests.a_delivery('second', 'things/1');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'first', 'retry', '{"error": "500", "retry_after_ms": 3600000}');
select tests.claim('courier');
select tests.comes_due('first');
select tests.claim('courier');
select tests.a_delivery('younger');
update outbox.deliveries set next_attempt_at = clock_timestamp() where id = (tests.the_delivery('younger')).id;
select tests.record('courier', 'first', 'delivered');

select is(tests.claim('courier', 1), 'second', 'it waited longer than messages written meanwhile');

select * from finish();
rollback;
