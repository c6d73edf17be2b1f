create schema outbox;
comment on schema outbox is 'What the world should hear of: messages, who gets them, and how each delivery went.';
