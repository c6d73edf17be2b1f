begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination(n)
  from
  unnest('{tests_b,tests_a,tests_idle,tests_later,tests_paused,tests_held,tests_was_held,tests_sending,tests_lost,'
    'tests_done}'::text[]) n;
select tests.a_delivery('x', destination => n)
  from
  unnest('{tests_a,tests_b,tests_later,tests_paused,tests_held,tests_was_held,tests_sending,tests_lost,'
    'tests_done}'::text[]) n;
update outbox.deliveries set next_attempt_at = now() + interval '1 minute' where destination = 'tests_later';
update outbox.deliveries set status = 'sending', lease_until = now() + interval '1 minute'
  where destination = 'tests_sending';
update outbox.deliveries set status = 'sending', lease_until = now() - interval '1 minute'
  where destination = 'tests_lost';
update outbox.deliveries set status = 'delivered', settled_at = now() where destination = 'tests_done';
select outbox.pause('tests_paused', 'test');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'test' where name = 'tests_held';
update outbox.destinations set held_until = now() - interval '1 minute', held_reason = 'test'
  where name = 'tests_was_held';

select results_eq(
  'select * from outbox.due()', $$ values ('tests_a'), ('tests_b'), ('tests_lost'), ('tests_was_held') $$,
  'those with a due delivery or a dead courier; not those with none, a later one, a pause or a hold'
);

select * from finish();
rollback;
