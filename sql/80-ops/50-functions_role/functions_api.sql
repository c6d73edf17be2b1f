-- tests/functions/platform/functions_api.test.ts holds it to what functions/ calls.
create function ops.functions_api() returns setof regprocedure
language sql stable
set search_path = ''
as $$
  select p.oid::regprocedure
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname || '.' || p.proname = any ('{
    calendar.note, calendar.note_conference_failed, calendar.note_event_gone, calendar.note_nothing,
    calendar.note_refusal, calendar.note_space, calendar.note_token, calendar.task,
    commerce.begin_checkout, commerce.cancel_checkout, commerce.catalog_state, commerce.checkout_token,
    commerce.claim_status_checks, commerce.may_capture, commerce.may_close, commerce.may_refund, commerce.note_closed,
    commerce.note_refund, commerce.owns_checkout, commerce.payment_status, commerce.start_payment,
    commerce.undo_checkout,
    community.begin_post, community.claim_message, community.due_polls, community.note_polled, community.note_refusal,
    community.note_sent, community.note_trouble,
    inbox.asked_about, inbox.missing, inbox.note_reconciliation, inbox.note_shape, inbox.receive, inbox.reject,
    inbox.retry, inbox.still_unconfirmed, inbox.still_unreadable, inbox.take_transmission, inbox.to_ask_about,
    inbox.unconfirmed_due, inbox.unreadable_due,
    ops.count_failure, ops.health, ops.iso_utc,
    outbox.acknowledge, outbox.changes, outbox.finish_run, outbox.needs_courier, outbox.record,
    outbox.record_and_claim, outbox.ring, outbox.rotate_secret, outbox.secrets_of, outbox.take_bell, outbox.wake
  }'::text[])
  order by 1
$$;
comment on function ops.functions_api() is
  'What the Edge Functions call, and all that they call: each is a function. They name no table.';
