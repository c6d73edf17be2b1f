begin;
select plan(13);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create function tests.the_refusal(destination text, filter jsonb) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform outbox.preview_replay(destination, filter);
  return 'none';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return sqlerrm || ' ' || v_hint;
end
$$;

select matches(tests.the_refusal('nobody', '{"everything": true}'), 'there is no destination nobody',
  'a destination that does not exist');
select matches(tests.the_refusal('tests_a', '{}'), '{"everything": true}',
  'an empty filter: everything must be explicit');
select matches(tests.the_refusal('tests_a', null), '{"everything": true}', 'none');
select matches(tests.the_refusal('tests_a', '{"type": "one"}'), 'there is no filter type Known: .*types',
  'an unknown member, with the known ones');
select matches(tests.the_refusal('tests_a', '{"types": "one"}'), 'types cannot be "one" It takes a list',
  'a text instead of a list');
select matches(tests.the_refusal('tests_a', '{"types": []}'), 'types cannot be \[\]', 'an empty list');
select matches(tests.the_refusal('tests_a', '{"since": "yesterdy"}'), 'since cannot be "yesterdy" It takes a time',
  'an invalid time');
select matches(tests.the_refusal('tests_a', '{"message_ids": ["one"]}'), 'message_ids cannot be \["one"\]',
  'invalid ids');
select matches(tests.the_refusal('tests_a', '{"status": ["pending"]}'), 'status cannot be \["pending"\]', 'what waits');
select matches(tests.the_refusal('tests_a', '{"from_destination": "nobody"}'), 'from_destination cannot be "nobody"',
  'from nowhere');
select matches(tests.the_refusal('tests_a', '{"everything": false}'), 'everything cannot be false', 'not everything');
select matches(tests.the_refusal('tests_a', '{"record_key": null}'), 'record_key cannot be null', 'no record');
update outbox.destinations set adapter = 'paypal_capture', replayable = false where name = 'tests_a';
select matches(tests.the_refusal('tests_a', '{"everything": true}'), 'does the work itself .*outbox.retry',
  'a destination that would capture the payment again');

select * from finish();
rollback;
