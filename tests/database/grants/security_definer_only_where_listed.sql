begin;
select plan(1);

select set_eq(
  $$ select tests.signature_of(f) from tests.our_functions() f where (select p.prosecdef from pg_proc p
    where p.oid = f) $$,
  $$ values
    -- The console's: schemas inbox, outbox and ops stay closed to the Data API; each asks console.require_admin first.
    ('console.me()'),
    ('console.home()'),
    ('console.find(query text)'),
    ('console.line(kind text, id text)'),
    ('console.list(what text, filters jsonb, cursor text, size integer)'),
    ('console.count(what text, filters jsonb)'),
    ('console.event(id uuid)'),
    ('console.message(id uuid)'),
    ('console.delivery(id bigint)'),
    ('console.rejection(id text)'),
    ('console.destinations()'),
    ('console.commands()'),
    ('console.sql(command text, arguments jsonb)'),
    ('console.run(command text, arguments jsonb, expected_hash text, key uuid)'),
    ('console.preview(command text, arguments jsonb)'),
    ('console.actions(cursor text, size integer)'),
    ('console.start_job(command text, what text, filters jsonb, reason text)'),
    ('console.step_job(id uuid)'),
    ('console.jobs()'),
    ('console.job(id uuid)'),
    ('console.cancel_job(id uuid)'),
    ('console.chart(what text, since timestamp with time zone, until timestamp with time zone, buckets integer)'),
    ('console.retention()'),
    ('console.audit_findings()'),
    ('console.job_states()'),
    ('console.tell_change()'),           -- see ops.tell_owner
    ('console.note_change()'),           -- the writer of a row may not write the console's tables
    ('calendar.want()'),                 -- the writer of a session may not write the calendar's entries
    ('commerce.is_tutor(tutor_id uuid)'), -- policies call it; nobody may read the tutors' addresses
    ('commerce.availability(product_id uuid)'), -- readers see whether there are any, and not the stock
    ('community.balance(user_id uuid)'),  -- the caller may not read the balances
    ('community.has_access(product text)'), -- the caller may not read the settings
    ('public.has_access(product text)'),  -- schema community is closed to the Data API
    ('community.tell_member()'),         -- see ops.tell_owner
    ('community.note_reply()'),          -- the writer of a message may not change the conversation
    ('public.mark_conversation_read(conversation_id uuid, until timestamp with time zone)'), -- nor the member
    ('public.preview_conversation_text(key text, language text, membership_id uuid, body text)'), -- as has_access
    ('community.count_credits()'),       -- the writer of an entry may not write the balances
    ('community.spend_credits(credits integer, key text, note text, user_id uuid)'), -- nor the ledger
    ('public.credit_balance(user_id uuid)'), -- schema community is closed to the Data API
    ('public.spend_credits(credits integer, key text, note text, user_id uuid)'),
    ('public.find_person(email text)'),  -- schema ops is
    ('ops.find_person(email text)'),     -- see commerce.user_of; it asks whether the caller is an admin
    ('ops.link_on_confirmation()'),      -- Supabase Auth, which writes accounts, has no rights here
    ('learning.create_profile()'),       -- nor here
    ('learning.guard_message()'),        -- the author may not write versions
    ('learning.guard_profile()'),        -- the account may not call functions in schema learning
    ('learning.guard_question()'),       -- nor the student
    ('learning.keep_version(table_name text, row_id uuid, fields jsonb)'), -- nor anybody else
    ('learning.known_people()'),         -- the caller may not read others' seats and sessions
    ('learning.reopen_ticket()'),        -- the writer of a reply may not open a ticket
    ('learning.tell_ticket_owner()'),    -- see ops.tell_owner
    ('commerce.link_tutor()'),           -- the writer of a product may not read the tutors' addresses
    ('commerce.user_of(email text)'),    -- only the owner may read auth.users
    ('commerce.write_movement()'),       -- the writer of a product's stock may not write the ledger
    ('learning.attends(cohort_id uuid)'), -- policies call it; without it they would recurse
    ('learning.guard_appointment()'),    -- the writer of an appointment may not read accounts
    ('learning.guard_capacity()'),       -- see learning.guard_seat
    ('learning.guard_seat()'),           -- the writer of an enrollment may not read the seats held for buyers
    ('learning.guard_ticket()'),         -- the writer of a ticket may not call functions in schema ops
    ('learning.my_name()'),              -- see commerce.user_of
    ('learning.teaches(cohort_id uuid)'), -- see learning.attends
    ('ops.enforce_quota()'),             -- the writer of a row may not change the counters
    ('ops.is_admin()'),                  -- only admins may read the list of admins
    ('ops.my_email()'),                  -- see commerce.user_of
    ('tutoring.book_with_credits(sku text, starts_at timestamp with time zone, key text, user_id uuid)'), -- as cancel
    ('tutoring.cancel(session_id uuid, reason text, refund boolean)'), -- people change their own sessions by rules
    ('tutoring.free_times(tutor_email text, "from" timestamp with time zone, "to" timestamp with time zone, '
      'minutes integer, except_session uuid)'), -- tells when a tutor is free, and nobody's sessions
    ('tutoring.reschedule(session_id uuid, starts_at timestamp with time zone, reason text, key text)'), -- as cancel
    ('tutoring.times_of_product(sku text, "from" timestamp with time zone, "to" timestamp with time zone)'),
      -- strangers may not read the tutors' addresses
    ('tutoring.times_of_session(session_id uuid, "from" timestamp with time zone, "to" timestamp with time zone)'),
      -- as cancel
    ('tutoring.terms_of_session(session_id uuid)'), -- as cancel
    ('tutoring.find_recaps()'),          -- the writer of a session may not read recaps
    ('tutoring.queue_for_matching()'),   -- the writer of a session may not call functions in schema tutoring
    ('tutoring.tell_participants()'),    -- see ops.tell_owner
    ('ops.tell_owner()'),                -- only the owner may insert into realtime.messages
    ('ops.tell_cohort()'),               -- the same
    ('ops.my_topics()'),                 -- see learning.teaches
    ('ops.forget_topic()'),              -- Supabase Auth has no rights in our schemas
    ('public.changes_since(topic text, cursor text, at_most integer)'), -- the state of the feed is in schema ops
    ('outbox.capture_change()'),         -- the writer of a row may not write the outbox
    ('outbox.ring()'),                   -- reads the doorbell's key
    ('outbox.ring_for_deliveries()') $$, -- see outbox.ring
  'these run with their owner''s rights, each for a reason'
);

select * from finish();
rollback;
