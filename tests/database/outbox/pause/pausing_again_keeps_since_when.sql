begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
update outbox.destinations set paused_at = '2026-01-01', paused_reason = 'first' where name = 'tests_a';
select outbox.pause('tests_a', 'second');
select is((tests.the_destination('tests_a')).paused_at, '2026-01-01'::timestamptz, 'it was paused then');
select is((tests.the_destination('tests_a')).paused_reason, 'second', 'for the latest reason');
select outbox.pause('tests_a', '');
select is((tests.the_destination('tests_a')).paused_reason, 'no reason given', 'an empty one is said to be none');
select outbox.pause('tests_a', null);
select is((tests.the_destination('tests_a')).paused_reason, 'no reason given', 'so is none');

select * from finish();
rollback;
