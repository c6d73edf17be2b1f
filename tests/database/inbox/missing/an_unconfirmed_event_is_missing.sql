begin;
select plan(2);

select tests.receive_events(tests.unconfirmed('evt_1', tests.fact_captured('pi_1')));

select is(tests.missing('events', tests.confirmed('evt_1', tests.fact_captured('pi_1'))), '0', 'of events');
select is(tests.missing('objects', tests.confirmed('evt_1', tests.fact_captured('pi_1'))), '0', 'nor as objects');

select * from finish();
rollback;
