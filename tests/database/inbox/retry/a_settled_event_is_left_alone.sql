begin;
select plan(4);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')), tests.an_event('evt_2'));

select is(inbox.retry((tests.the_event('evt_1')).id), 'applied', 'an applied one is not applied again');
select is(inbox.retry((tests.the_event('evt_2')).id), 'ignored', 'an ignored one stays ignored');
select is((tests.the_event('evt_1')).attempts, 1, 'no attempt was counted');
select is((tests.the_event('evt_2')).attempts, 1, 'none at all');

select * from finish();
rollback;
