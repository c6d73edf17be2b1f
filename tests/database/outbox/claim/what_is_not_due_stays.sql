begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination(n) from unnest('{tests_a,tests_paused,tests_held}'::text[]) n;
select tests.a_delivery('due'), tests.a_delivery('later'), tests.a_delivery('dead'), tests.a_delivery('cancelled'),
  tests.a_delivery('delivered');
select tests.a_delivery('paused', destination => 'tests_paused'), tests.a_delivery('held', destination => 'tests_held');
update outbox.deliveries set next_attempt_at = now() + interval '1 minute' where id = (tests.the_delivery('later')).id;
update outbox.deliveries d set status = m.type::outbox.delivery_status, settled_at = now() from outbox.messages m
  where m.id = d.message_id and m.type in ('dead', 'cancelled', 'delivered');
select outbox.pause('tests_paused', 'test');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'test' where name = 'tests_held';
select tests.a_courier('courier');

select is(tests.claim('courier'), 'due',
  'not later ones, settled ones, or those of a paused or held destination');

select * from finish();
rollback;
