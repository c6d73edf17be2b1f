begin;
select plan(5);

select tests.a_quiet_outbox(), tests.a_destination('tests_a'), tests.a_destination('tests_b');
select tests.a_delivery('failed'), tests.a_delivery('new'), tests.a_delivery('other', destination => 'tests_b');
update outbox.deliveries d set next_attempt_at = now() + interval '1 hour',
  last_error = case when d.id <> (tests.the_delivery('new')).id then '503' end where true;
update outbox.destinations d set opened_at = now(), failures = 7, held_until = now() + interval '1 hour',
  held_reason = 'The breaker is open.' where d.name = 'tests_a';
select is(outbox.retry_waiting('tests_a'), 1::bigint, 'it says how many');
select ok((tests.the_delivery('failed')).next_attempt_at <= now(), 'what failed is due');
select ok((tests.the_delivery('new')).next_attempt_at > now(), 'what never failed keeps its time');
select ok((tests.the_delivery('other', 'tests_b')).next_attempt_at > now(), 'as does what goes elsewhere');
select is((tests.the_destination('tests_a')).held_until, null, 'and the destination is held no longer');

select * from finish();
rollback;
