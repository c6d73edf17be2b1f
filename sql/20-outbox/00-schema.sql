create schema outbox;
comment on schema outbox is 'Outgoing messages, their destinations, and the result of each delivery.';
