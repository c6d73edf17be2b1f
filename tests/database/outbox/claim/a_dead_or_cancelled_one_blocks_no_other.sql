begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a1', 'things/1'), tests.a_delivery('a2', 'things/1'), tests.a_delivery('a3', 'things/1');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'a1', 'refused', '{"error": "400"}');
select is(tests.claim('courier'), 'a2', 'behind a dead delivery the next is sent');
select tests.record('courier', 'a2', 'retry', '{"error": "500"}');
select outbox.cancel((tests.the_delivery('a2')).id, 'test');

select is(tests.claim('courier'), 'a3', 'behind a cancelled one too');

select * from finish();
rollback;
