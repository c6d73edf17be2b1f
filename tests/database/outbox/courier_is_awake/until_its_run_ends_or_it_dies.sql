begin;
select plan(5);

select tests.a_quiet_outbox();
select is(outbox.courier_is_awake(), false, 'nobody is');
select tests.a_courier('courier');
select is(outbox.courier_is_awake(), true, 'one that has started is');
update outbox.couriers set awake_until = clock_timestamp() - interval '1 ms';
select is(outbox.courier_is_awake(), false, 'one that has not claimed for a while is dead');
select tests.claim('courier');
select is(outbox.courier_is_awake(), true, 'a claim keeps it awake');
select outbox.finish_run(tests.id('courier'));

select is(outbox.courier_is_awake(), false, 'one that ended its run is not');

select * from finish();
rollback;
