begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select outbox.pause('tests_a', 'under repair');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'no secret'
  where name = 'tests_b';

select results_eq(
  $$ select a.what, a.id, a.why from ops.attention a where a.id in ('tests_a', 'tests_b') order by 2 $$,
  $$ values
    ('destination paused', 'tests_a', 'under repair. Nothing is sent to tests_a; 0 messages wait.'),
    ('destination held', 'tests_b', 'no secret Nothing is sent to tests_b until '
      || ops.iso_utc(now() + interval '1 minute') || '; then it is tried again by itself.') $$,
  'both, with the reason'
);
select ok((select a.since <= now() from ops.attention a where a.id = 'tests_b'), 'since before now');
select lives_ok(tests.the_remedy('destination paused'), 'what to do');
select is((tests.the_destination('tests_a')).paused_at, null, 'ends the pause');

select * from finish();
rollback;
