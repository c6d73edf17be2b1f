begin;
select plan(13);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('a1'), tests.a_delivery('a2');
select tests.a_courier('courier');
-- Times written while the clock was an hour ahead.
update outbox.destinations set tokens = 0, tokens_at = clock_timestamp() + interval '1 hour' where name = 'tests_a';
update outbox.couriers set awake_until = clock_timestamp() + interval '1 hour';
select is(outbox.courier_is_awake(), false, 'a courier that seems awake for the next hour is ignored');
select is(tests.claim('courier'), null, 'there is no token');
select cmp_ok((tests.the_destination('tests_a')).tokens_at, '<=', clock_timestamp(),
  'but tokens are counted from now on');

update outbox.destinations set tokens_at = clock_timestamp() + interval '1 hour' where name = 'tests_a';
update outbox.deliveries set created_at = clock_timestamp() + interval '1 hour', next_attempt_at = clock_timestamp() +
  interval '1 hour'
where id = (tests.the_delivery('a1')).id;
select is(outbox.mend_clock(), 2, 'both are mended');
select cmp_ok((tests.the_destination('tests_a')).tokens_at, '<=', clock_timestamp(), 'the bucket refills');
select cmp_ok((tests.the_delivery('a1')).next_attempt_at, '<=', clock_timestamp(), 'the delivery is due');
select is(outbox.mend_clock(), 0, 'then nothing is left to mend');

update outbox.destinations set tokens = 5, tokens_at = clock_timestamp() + interval '1 hour' where name = 'tests_a';
select is(tests.claim('courier', 1), 'a2', 'tokens that are there are not taken away for the hour to come');
update outbox.deliveries set lease_until = clock_timestamp() + interval '1 hour' where status = 'sending';
update outbox.destinations
set opened_at = clock_timestamp(), held_until = clock_timestamp() + interval '2 hours', held_reason = 'it fails',
  tokens_at = clock_timestamp()
where name = 'tests_a';
select is(outbox.mend_clock(), 2, 'a lease and a hold that last for hours are mended');
select cmp_ok((tests.the_delivery('a2')).lease_until, '<=', clock_timestamp() + interval '90 seconds',
  'a lease lasts no longer than one that is given now');
select cmp_ok((tests.the_destination('tests_a')).held_until, '<=', clock_timestamp(), 'the hold is over');
update outbox.destinations
set opened_at = null, held_until = clock_timestamp() + interval '3 hours', held_reason = 'It asked for a pause (429).'
where name = 'tests_a';
select is(outbox.mend_clock(), 1, 'so is one without an open breaker: of a 429, or of something that is not set');
select cmp_ok((tests.the_destination('tests_a')).held_until, '<=', clock_timestamp(), 'that hold is over too');

select * from finish();
rollback;
