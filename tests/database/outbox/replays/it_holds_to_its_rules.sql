begin;
select plan(3);

select tests.is_refused($$ insert into outbox.replays (destination, filter, reason, message_count)
  values ('a', '{}', ' ', 1) $$, 'a_replay_has_a_reason', 'a replay has a reason');
select tests.is_refused($$ insert into outbox.replays (destination, filter, reason, message_count)
  values ('a', '{}', 'why', 0) $$, 'a_replay_is_of_messages', 'and is of messages');
select tests.is_refused($$ insert into outbox.messages (type, record_key, payload, replay_id) values ('a', 'b', 'c', -1)
  $$, 'a_copy_belongs_to_a_replay', 'a copy belongs to one');

select * from finish();
rollback;
