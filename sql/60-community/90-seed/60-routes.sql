update inbox.providers p set can_chat = true where p.name = 'whop';

-- A message takes up to four requests of 10 s each. Where Whop fails, only the chat waits.
insert into outbox.destinations (name, adapter, replayable, max_in_flight, max_per_second, timeout_ms, description)
values
  ('whop_message', 'whop_message', false, 4, 5, 60000,
    'Sends the messages of the members'' chat at Whop: select community.disconnect_chat(''why'') stops it.'),
  ('whop_replies', 'whop_replies', false, 1, 1, 60000,
    'Reads the members'' replies at Whop whose webhook did not arrive.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, latest_only,
  description) values
  ('whop_message', 'conversation_message.requested', 'public.conversation_messages', '{INSERT}', 'status', 'pending',
    true, 'Send it.'),
  ('whop_message', 'conversation_message.requested', 'public.conversation_messages', '{UPDATE}', 'requests', null,
    true, 'Send it another way, or after all.'),
  ('make', 'conversation.started', 'public.conversations', '{INSERT}', null, null, false,
    'A member is being welcomed.'),
  ('make', 'conversation.changed', 'public.conversations', '{UPDATE}', 'status', null, false,
    'Welcomed, replied, handed over, closed.'),
  ('make', 'conversation_message.posted', 'public.conversation_messages', '{INSERT,UPDATE}', 'status', 'sent', false,
    'Of a member: tell an admin. Of staff, in the app: tell data.email.');
update outbox.routes r set priority = 2 where r.message_type = 'conversation_message.posted';
