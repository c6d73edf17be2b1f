begin;
select plan(8);

select tests.a_destination('tests_a');
select tests.a_delivery('one');

select tests.is_refused($$ insert into outbox.deliveries (message_id, destination, record_key)
  select (tests.the_delivery('one')).message_id, 'tests_a', 'x' $$, 'a_destination_gets_a_message_once',
  'a destination gets a message once');
select tests.is_refused($$ insert into outbox.deliveries (message_id, destination, record_key)
  values (gen_random_uuid(), 'tests_a', 'x') $$, 'a_delivery_carries_a_message', 'a delivery carries a message');
select tests.is_refused($$ update outbox.deliveries set status = 'sending' where id = (tests.the_delivery('one')).id $$,
  'a_sending_delivery_is_leased', 'a delivery being sent has a lease');
select tests.is_refused($$ update outbox.deliveries set lease_until = now() where id = (tests.the_delivery('one')).id
  $$, 'a_sending_delivery_is_leased', 'and nothing else is');
select tests.is_refused($$ update outbox.deliveries set status = 'delivered' where id = (tests.the_delivery('one')).id
  $$, 'a_settled_delivery_says_when', 'a settled one has its time');
select tests.is_refused($$ update outbox.deliveries set settled_at = now() where id = (tests.the_delivery('one')).id $$,
  'a_settled_delivery_says_when', 'and nothing else does');
insert into outbox.attempts (delivery_id, number, started_at) select (tests.the_delivery('one')).id, 1, now();
select tests.is_refused($$ insert into outbox.attempts (delivery_id, number, started_at)
  select (tests.the_delivery('one')).id, 1, now() $$, 'an_attempt_is_recorded_once', 'an attempt is recorded once');
select tests.is_refused($$ insert into outbox.attempts (delivery_id, number, started_at) values (-1, 1, now()) $$,
  'an_attempt_is_of_a_delivery', 'it is of a delivery');

select * from finish();
rollback;
