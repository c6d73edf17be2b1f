begin;
select plan(14);

insert into outbox.destinations (name) values ('tests_a');

select tests.is_refused($$ insert into outbox.destinations (name) values ('tests_a') $$, 'destinations_pkey',
  'a name is unique');
select tests.is_refused($$ insert into outbox.destinations (name) values ('Tests A') $$, 'a_name_is_lower_case',
  'it is lower case: its secrets are named after it');
select tests.is_refused($$ update outbox.destinations set url = 'mailto:a@b.c' where name = 'tests_a' $$,
  'an_address_is_http', 'an address is http');
select tests.is_refused($$ update outbox.destinations set max_in_flight = 0 where name = 'tests_a' $$,
  'something_may_be_in_flight', 'at least one may be in flight');
select tests.is_refused($$ update outbox.destinations set max_per_second = 0 where name = 'tests_a' $$,
  'something_may_be_sent', 'at least one may be sent');
select tests.is_refused($$ update outbox.destinations set timeout_ms = 999 where name = 'tests_a' $$,
  'a_timeout_is_between_1_and_60_seconds', 'a timeout is 1 s at least');
select tests.is_refused($$ update outbox.destinations set timeout_ms = 60001 where name = 'tests_a' $$,
  'a_timeout_is_between_1_and_60_seconds', 'and 60 s at most');
select tests.is_refused($$ update outbox.destinations set paused_at = now() where name = 'tests_a' $$,
  'a_pause_has_a_reason', 'a pause has a reason');
select tests.is_refused($$ update outbox.destinations set held_until = now() where name = 'tests_a' $$,
  'a_hold_has_a_reason', 'so has a hold');
select tests.is_refused($$ update outbox.destinations set breaker_after = 0 where name = 'tests_a' $$,
  'a_breaker_takes_some_failures', 'a breaker allows some failures');
select tests.is_refused($$ update outbox.destinations set failures = -1 where name = 'tests_a' $$,
  'failures_are_counted_up', 'they are not negative');
select tests.is_refused($$ update outbox.destinations set receipt_within = '0' where name = 'tests_a' $$,
  'a_receipt_is_given_some_time', 'a receipt has some time');
select is((tests.the_destination('tests_a')).breaker_after, 5, 'a new one has a breaker');
select is((tests.the_destination('tests_a')).receipts, false, 'and sends no receipts');

select * from finish();
rollback;
