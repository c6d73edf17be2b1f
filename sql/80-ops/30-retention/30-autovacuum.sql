-- By default Postgres vacuums a table when a fifth of it changed. These tables change all the time: each delivery is
-- written three times, and due rows are found by partial indexes that hold only waiting rows. Dead entries of these
-- indexes should be removed soon.
alter table outbox.deliveries set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05);
alter table outbox.attempts set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table outbox.messages set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table inbox.events set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
-- A few rows that every claim updates: in place, on a page with room for it.
alter table outbox.destinations set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 500);
alter table outbox.couriers set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
