begin;
select plan(6);

select tests.receive_events(tests.an_event('evt_1') || '{"facts": null, "error": "first"}');
select inbox.still_unreadable((tests.the_event('evt_1')).id, 'second');

select is((tests.the_event('evt_1')).error, 'second', 'the latest error is shown');
select is((tests.the_event('evt_1')).attempts, 2, 'that was an attempt');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '2 minutes', 'the next is later');
update inbox.events set attempts = 10 where provider = 'tests';
select inbox.still_unreadable((tests.the_event('evt_1')).id, 'last');
select is((tests.the_event('evt_1')).status, 'dead', 'the eleventh was the last');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'it is not read again');
select is_empty($$ select 1 from inbox.unreadable_due() u where u.provider = 'tests' $$, 'nor by the courier');

select * from finish();
rollback;
