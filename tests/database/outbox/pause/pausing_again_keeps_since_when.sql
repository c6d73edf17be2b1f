begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
update outbox.destinations set paused_at = '2026-01-01', paused_reason = 'first' where name = 'tests_a';
select outbox.pause('tests_a', 'second');
select is((tests.the_destination('tests_a')).paused_at, '2026-01-01'::timestamptz,
  'the time of the first pause is kept');
select is((tests.the_destination('tests_a')).paused_reason, 'second', 'the reason is the latest one');
select outbox.pause('tests_a', '');
select is((tests.the_destination('tests_a')).paused_reason, 'no reason given',
  'an empty reason becomes "no reason given"');
select outbox.pause('tests_a', null);
select is((tests.the_destination('tests_a')).paused_reason, 'no reason given', 'so does a missing one');

select * from finish();
rollback;
