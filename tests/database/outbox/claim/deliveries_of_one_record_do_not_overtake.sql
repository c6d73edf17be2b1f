begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery('a1', 'things/1'), tests.a_delivery('a2', 'things/1'), tests.a_delivery('b1', 'things/2');
select tests.a_delivery('c2', 'things/1', 'tests_b');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'a1 b1 c2', 'one of each record; another destination does not wait');
select is(tests.claim('courier'), null, 'while it is being sent, the next of its record waits');
select tests.record('courier', 'a1', 'retry', '{"error": "500"}');
select is(tests.claim('courier'), null, 'while it is retried, too');
select tests.comes_due('a1');
select is(tests.claim('courier'), 'a1', 'it is sent first');
select tests.record('courier', 'a1', 'delivered');

select is(tests.claim('courier'), 'a2', 'then the next');

select * from finish();
rollback;
