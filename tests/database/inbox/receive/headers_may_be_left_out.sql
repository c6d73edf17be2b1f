begin;
select plan(2);

select tests.receive_events(tests.an_event('evt_1') - 'headers', tests.an_event('evt_2') || '{"headers": null}');

select is((tests.the_event('evt_1')).headers, '{}'::jsonb, 'none are an empty object');
select is((tests.the_event('evt_2')).headers, '{}'::jsonb, 'so is null');

select * from finish();
rollback;
