begin;
select plan(2);

select tests.receive_events(tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 100)));
select tests.receive_events(tests.an_event('evt_1') || '{"facts": null, "error": "cannot read"}');
select is((tests.the_event('evt_1')).status, 'parked', 'it still waits, with its first reading');

select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_event('evt_1')).status, 'applied', 'and is applied with it');

select * from finish();
rollback;
