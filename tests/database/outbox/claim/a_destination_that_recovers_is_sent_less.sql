begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', max_per_second => 20);
select tests.a_delivery('a' || n) from generate_series(1, 30) n;
update outbox.destinations set recovering_since = clock_timestamp(), tokens = 20 where name = 'tests_a';
select tests.a_courier('courier');
select is(tests.claim('courier'), 'a1 a2', 'a tenth of its rate at first, whatever tokens it had');
update outbox.destinations set recovering_since = clock_timestamp() - interval '30 seconds',
  tokens_at = tokens_at - interval '1 second' where name = 'tests_a';
select is(tests.claim('courier'), 'a3 a4 a5 a6 a7 a8 a9 a10 a11 a12', 'half of it after half a minute');
update outbox.destinations set recovering_since = clock_timestamp() - interval '60 seconds',
  tokens_at = tokens_at - interval '1 second' where name = 'tests_a';
select is(array_length(string_to_array(tests.claim('courier'), ' '), 1), 18,
  'all of it after a minute, which is all that was left');

select * from finish();
rollback;
