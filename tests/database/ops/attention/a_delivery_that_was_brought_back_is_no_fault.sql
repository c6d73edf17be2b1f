begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one'), tests.a_delivery('two');
select tests.claim('courier');
select tests.record('courier', 'one', 'refused', '{"status_code": 503, "error": "The receiver answered 503."}');
select tests.record('courier', 'two', 'refused', '{"status_code": 503, "error": "The receiver answered 503."}');
update outbox.deliveries set created_at = now() - interval '3 days' where destination = 'tests_a';
-- Its breaker is open.
update outbox.destinations set held_until = now() + interval '5 minutes', held_reason = 'x' where name = 'tests_a';

select outbox.retry((tests.the_delivery('two')).id);
select outbox.retry_dead('tests_a');
select is((tests.the_delivery('one')).status, 'pending', 'both wait for their turn');
select is((tests.the_delivery('two')).status, 'pending', 'for as long as the receiver is held');
select is_empty($$ select a.what from ops.attention a where a.id = 'tests_a' and a.what like 'destination not%' $$,
  'nothing is missing, and nothing says so');
select isnt_empty($$ select 1 from outbox.attempts a where a.error = 'The receiver answered 503.' $$,
  'why they failed stays with their attempts');

select * from finish();
rollback;
