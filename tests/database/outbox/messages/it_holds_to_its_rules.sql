begin;
select plan(3);

select tests.is_refused($$ insert into outbox.messages (type, record_key) values ('a', 'b') $$, 'a_message_has_a_body',
  'a message has a body, or an event whose body it forwards');
select tests.is_refused($$ insert into outbox.messages (type, record_key, event_id) values ('a', 'b', gen_random_uuid())
  $$, 'a_message_comes_from_an_event', 'which exists');
select tests.receive_events(tests.an_event('evt_1'));
insert into outbox.messages (type, record_key, event_id) select 'a', 'b', (tests.the_event('evt_1')).id;
select tests.is_refused($$ delete from inbox.events where provider = 'tests' $$, 'a_message_comes_from_an_event',
  'which is not deleted while it is referred to');

select * from finish();
rollback;
