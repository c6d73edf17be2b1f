begin;
select plan(1);

select set_eq(
  $$ select tests.signature_of(f) from tests.our_functions() f where (select p.prosecdef from pg_proc p
    where p.oid = f) $$,
  $$ values
    ('commerce.link_tutor()'),           -- whoever adds a product may not read tutors' addresses
    ('commerce.user_of(email text)'),    -- auth.users is nobody's to read
    ('commerce.write_movement()'),       -- whoever changes a product's stock may not write the ledger
    ('learning.attends(cohort_id uuid)'), -- policies ask it, whose own policies would ask back
    ('learning.guard_appointment()'),    -- whoever changes an appointment may not ask who has an account
    ('learning.guard_capacity()'),       -- as learning.guard_seat
    ('learning.guard_seat()'),           -- whoever enrols somebody may not read what is held for buyers
    ('learning.guard_ticket()'),         -- whoever changes a ticket may not call what is in schema ops
    ('learning.my_name()'),              -- as commerce.user_of
    ('learning.teaches(cohort_id uuid)'), -- as learning.attends
    ('ops.enforce_quota()'),             -- whoever writes a row may not change what is counted
    ('ops.is_admin()'),                  -- the list of admins is admins' to read
    ('ops.my_email()'),                  -- as commerce.user_of
    ('tutoring.find_recaps()'),          -- whoever writes a session may not read recaps
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
