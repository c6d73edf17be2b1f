begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one');
select is(outbox.finish_run(tests.id('courier')), false, 'a delivery is due: look again');
select is((select c.ended_at from outbox.couriers c), null, 'it stays awake');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered');

select is(outbox.finish_run(tests.id('courier')), true, 'nothing is due: the run ends');
select isnt((select c.ended_at from outbox.couriers c), null, 'it has the time of its end');
select is((select c.awake_until from outbox.couriers c), null, 'and is no longer awake');

select * from finish();
rollback;
