begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 1);
select tests.a_destination('tests_b');
select tests.a_delivery('a' || n) from generate_series(1, 4) n;
select tests.a_courier('first');
select tests.a_courier('second');
select tests.claim('first', 1);
select tests.record('first', 'a1', 'retry', '{"error": "500"}');
select tests.a_delivery('b1', destination => 'tests_b');
select is(tests.claim('first'), 'b1', 'while it holds, only other destinations are sent to');
select tests.hold_passes();
select is(tests.claim('first'), 'a4', 'then one is sent, the newest without an attempt');
select is(tests.claim('second'), null, 'and no other while it is in flight, whichever courier claims');
select tests.record('first', 'a4', 'retry', '{"error": "500"}');
select is(tests.the_hold(), 20, 'it failed: the wait starts again');
select tests.hold_passes();
select is(tests.claim('second'), 'a2', 'then one again: the oldest without an attempt');
select tests.record('second', 'a2', 'delivered');
select is(tests.claim('second'), 'a1 a3 a4', 'it succeeded: all are sent');

select * from finish();
rollback;
