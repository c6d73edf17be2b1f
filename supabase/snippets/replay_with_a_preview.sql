-- What a replay would send. Then: select outbox.replay('make', '<the same filter>', 'why');
select * from outbox.preview_replay('make', '{"since": "2026-01-01T00:00:00Z", "types": ["order.created"]}');
