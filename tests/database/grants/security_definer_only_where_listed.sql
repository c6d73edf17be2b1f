begin;
select plan(1);

select set_eq(
  $$ select tests.signature_of(f) from tests.our_functions() f where (select p.prosecdef from pg_proc p where p.oid = f) $$,
  $$ values
    ('commerce.user_of(email text)'),    -- auth.users is nobody's to read
    ('tutoring.find_recaps()'),          -- whoever writes a session may not read recaps
    ('tutoring.my_email()'),             -- as commerce.user_of
    ('tutoring.queue_for_matching()'),   -- whoever writes a session may not call what is in schema tutoring
    ('tutoring.tell_participants()'),    -- as ops.tell_owner
    ('ops.tell_owner()'),                -- realtime.messages takes rows from nobody else
    ('outbox.capture_change()'),         -- whoever changes a row may not write the outbox
    ('outbox.ring()'),                   -- reads the doorbell's key
    ('outbox.ring_for_deliveries()') $$, -- as outbox.ring
  'with its owner''s rights run these, each for a reason'
);

select * from finish();
rollback;
