begin;
select plan(5);

select is(tests.receive_events(tests.an_event('evt_1')), 'ignored', 'no fact: ignored');
select is((tests.the_event('evt_1')).error, null, 'that is no error');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'it is not tried again');
select is(tests.receive_events(tests.an_event('evt_1')), 'ignored', 'nor when it is received again');
select is((tests.the_event('evt_1')).attempts, 1, 'once is enough');

select * from finish();
rollback;
