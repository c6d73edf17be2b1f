insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, priority,
  description) values
  ('make', 'attention.raised', 'ops.alerts', '{INSERT}', 'kind', 'raised', 0,
    'Something needs a person: send data.text to the admins.'),
  ('make', 'attention.resolved', 'ops.alerts', '{INSERT}', 'kind', 'resolved', 1, 'It does not any more.'),
  ('make', 'attention.digest', 'ops.alerts', '{INSERT}', 'kind', 'digest', 1,
    'Once a day. Its absence is an alarm, too.');
