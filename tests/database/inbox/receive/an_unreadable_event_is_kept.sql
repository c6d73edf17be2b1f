begin;
select plan(5);

select is(
  tests.receive_events(tests.an_event('evt_1')
    || '{"facts": null, "error": "data.object.amount: expected a number", "body": "{\"id\": 1}"}'),
  'failed', 'an authentic event that cannot be read fails'
);
select is((tests.the_event('evt_1')).body, '{"id": 1}', 'its body is archived');
select is((tests.the_event('evt_1')).error, 'data.object.amount: expected a number', 'it says what is wrong with it');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'it is read again in 30 s');
select tests.receive_events(tests.an_event('evt_2') || '{"facts": null}');
select is((tests.the_event('evt_2')).error, 'It could not be read.', 'without an error text it has at least this one');

select * from finish();
rollback;
