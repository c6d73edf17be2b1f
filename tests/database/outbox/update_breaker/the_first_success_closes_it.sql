begin;
select plan(8);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a', breaker_after => 2);
select tests.a_delivery('a' || n) from generate_series(1, 4) n;
select tests.a_courier('courier');
select tests.claim('courier', 3);
select tests.record_all('courier', 'retry', '{"error": "500"}');
select tests.record_all('courier', 'retry', '{"error": "500"}');
select tests.hold_passes();
select is(tests.claim('courier'), 'a4', 'its probe is due');
update outbox.destinations set opened_at = opened_at - interval '1 minute' where name = 'tests_a';
select tests.record('courier', 'a4', 'delivered');

select is((tests.the_destination('tests_a')).opened_at, null, 'it is closed');
select is((tests.the_destination('tests_a')).held_until, null, 'there is no hold');
select is((tests.the_destination('tests_a')).held_reason, null, 'and no reason');
select is((tests.the_destination('tests_a')).failures, 0, 'the count starts anew');
select cmp_ok((tests.the_destination('tests_a')).recovering_since, '>=', now(), 'it recovers');
select tests.a_delivery('a5');
select is(tests.claim('courier', 3), 'a1 a2 a5',
  'messages that failed while it was down are due at once, and untried ones are sent too');
select tests.record_all('courier', 'delivered');
select is(tests.claim('courier'), 'a3', 'then the rest');

select * from finish();
rollback;
