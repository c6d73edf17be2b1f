-- All rights of roles other than the owner. Row level security then decides on rows. tests/database/grants proves that
-- there are no others.

revoke all on all functions
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console from public;
-- Projects made before 2026-10-30 grant everything in public to the API's roles by default: everything not listed below
-- is revoked, and what later migrations make there is granted by them alone.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
revoke all on all tables
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;
revoke all on all sequences
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;
revoke all on all functions
  in schema public, ops, inbox, outbox, commerce, learning, tutoring, calendar, community, console
  from anon, authenticated, service_role;

-- Everyone may read the catalogue. The number in stock is hidden: strangers only see whether there are any.
grant select on public.product_prices to anon, authenticated;
-- Tutors' addresses are nobody's either.
grant select (id, sku, name, description, price_minor, currency, stock, active, kind, cohort_id, credits, tutor_id,
  session_minutes, trial, price_credits, provider_adjustments, max_quantity, ships, weight_grams, show_count,
  available, version, stock_version, catalog_versions, created_at, updated_at, as_of, as_of_event)
  on public.products to authenticated;
grant select (id, sku, name, description, price_minor, currency, active, kind, cohort_id, credits, tutor_id,
  session_minutes, trial, price_credits, max_quantity, ships, weight_grams, show_count, available, created_at,
  updated_at)
  on public.products to anon;
grant select (id, name, time_zone, notice_minutes, book_ahead_days, break_minutes, step_minutes, cancel_hours,
  reschedule_hours, max_reschedules, reminder_minutes, created_at, updated_at)
  on public.tutors to anon, authenticated;
grant select on public.tutor_hours to anon, authenticated, service_role;
grant select on public.tutors to service_role;
grant update (name, time_zone, notice_minutes, book_ahead_days, break_minutes, step_minutes, cancel_hours,
  reschedule_hours, max_reschedules, reminder_minutes)
  on public.tutors to authenticated;
grant insert, update, delete on public.tutor_hours to authenticated;
grant select on public.tutor_exceptions to service_role;
grant select, insert, update, delete on public.tutor_exceptions to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function commerce.is_tutor(uuid) to authenticated;
-- What shops and apps call over the Data API, and the function that each calls.
grant execute on function public.free_times(text, timestamptz, timestamptz),
  tutoring.times_of_product(text, timestamptz, timestamptz) to anon, authenticated, service_role;
grant execute on function public.book_session(text, timestamptz, text, uuid),
  tutoring.book_with_credits(text, timestamptz, text, uuid) to authenticated, service_role;
grant execute on function public.free_times_to_move(uuid, timestamptz, timestamptz),
  tutoring.times_of_session(uuid, timestamptz, timestamptz),
  public.session_terms(uuid), tutoring.terms_of_session(uuid),
  public.reschedule_session(uuid, timestamptz, text, text), tutoring.reschedule(uuid, timestamptz, text, text),
  public.cancel_session(uuid, text, boolean), tutoring.cancel(uuid, text, boolean) to authenticated;

-- Buyers and members read their own rows.
grant select on public.customers, public.checkout_sessions, public.checkout_items, public.payments, public.refunds,
  public.orders, public.order_items, public.fulfillments, public.memberships, public.credit_ledger to authenticated;

-- Admins read the other business tables, and change the columns listed here. Row level security excludes everyone else.
grant select on public.admins, public.stock_reservations, public.stock_movements, public.disputes,
public.payment_approvals,
  public.started_payments, public.refund_requests, public.membership_invoices, public.invoice_payments to authenticated;
grant insert, update on public.products to authenticated;
grant insert, update, delete on public.product_prices to authenticated;
grant update (status, carrier, tracking_code, tracking_url, note, shipping_address, recipient_name, recipient_phone)
  on public.fulfillments to authenticated;
-- A constraint calls it when a parcel is changed.
grant execute on function commerce.is_address(jsonb) to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function ops.is_admin() to authenticated;

-- The service key reads the business over the Data API; changes go through functions.
grant select on public.customers, public.products, public.checkout_sessions, public.checkout_items,
public.stock_reservations,
  public.payments, public.refunds, public.disputes, public.orders, public.order_items, public.memberships,
  public.membership_invoices,
  public.payment_approvals, public.credit_ledger, public.admins, public.product_prices, public.stock_movements,
  public.fulfillments,
  public.started_payments, public.refund_requests, public.invoice_payments
  to service_role;

-- Everyone may read what shipping and tax come to; a discount's code is known to whoever was told it.
grant select on public.shipping_rates, public.tax_rates to anon, authenticated, service_role;
grant insert, update, delete on public.shipping_rates, public.tax_rates to authenticated;
grant select on public.discounts, public.discount_uses to authenticated, service_role;
grant insert, update on public.discounts to authenticated;

grant select on public.credit_packs to anon, authenticated, service_role;
grant insert, update on public.credit_packs to authenticated;

-- Tutors and students read their own rows, and mark their notifications as read.
grant select on public.tutoring_sessions, public.tutoring_session_changes, public.session_reminders,
  public.session_recaps, public.session_transcripts, public.notifications to authenticated, service_role;
grant update (read_at) on public.notifications to authenticated;
grant select on public.notification_preferences to authenticated, service_role;
grant insert (kind, in_app, by_email), update (kind, in_app, by_email), delete on public.notification_preferences
  to authenticated;
-- Policies call it; the schema stays closed.
grant execute on function ops.my_email() to authenticated;

-- Learning: the policies decide who may read which rows. Nobody sets the owner of a row: the columns' defaults do.
grant select on public.cohorts to anon, authenticated, service_role;
grant select on public.cohort_instructors, public.enrollments, public.appointments, public.student_questions,
public.support_tickets,
  public.ticket_replies, public.cohort_messages, public.error_reports, public.form_submissions
  to authenticated, service_role;
grant insert, update on public.cohorts to authenticated;
grant insert, delete on public.cohort_instructors to authenticated;
grant insert (cohort_id, email, user_id, note), update (status, note) on public.enrollments to authenticated;
grant
  insert (user_id, email, instructor_user_id, cohort_id, title, starts_at, ends_at, status, meet_link, note),
  update (instructor_user_id, title, starts_at, ends_at, status, meet_link, note)
  on public.appointments to authenticated;
grant insert (cohort_id, subject, question), update (answer, subject, question, deleted_at)
  on public.student_questions to authenticated;
grant insert (subject, body), update (status, priority) on public.support_tickets to authenticated;
grant insert (ticket_id, body) on public.ticket_replies to authenticated;
grant insert (cohort_id, body), update (hidden_at, body, deleted_at), delete on public.cohort_messages to authenticated;
grant insert (app, version, message, details, occurred_at), update (resolved_at)
  on public.error_reports to authenticated;
-- Policies and defaults call them; the schema stays closed.
grant execute on function ops.uuid7(), learning.teaches(uuid), learning.attends(uuid),
  learning.my_name() to authenticated;

-- People: a profile is added at sign-up, and changed by its account.
grant select on public.profiles, public.text_versions to authenticated, service_role;
grant update (name, picture_url) on public.profiles to authenticated;
-- The policy of profiles calls it; the schema stays closed.
grant execute on function learning.known_people() to authenticated;

-- Credits: accounts read and spend their own, the service key anybody's.
grant usage on schema community to authenticated, service_role;
grant execute on function community.balance(uuid), community.spend_credits(integer, text, text, uuid),
  public.credit_balance(uuid), public.spend_credits(integer, text, text, uuid) to authenticated, service_role;
-- It asks whether the caller is an admin.
grant execute on function public.find_person(text) to authenticated, service_role;
-- Everybody reads whether there are any; the function decides whether a number is told.
grant select on public.product_availability to anon, authenticated, service_role;
grant execute on function commerce.availability(uuid) to anon, authenticated, service_role;

-- Access by membership: policies and apps ask it.
grant execute on function community.has_access(text), public.has_access(text) to anon, authenticated;
grant select on public.membership_products to anon, authenticated, service_role;
grant insert, update, delete on public.membership_products to authenticated;

-- The members' chat: members read their own conversations, and write to them in the app.
grant select on public.conversations, public.conversation_messages, public.conversation_overview,
  public.conversation_transitions, public.conversation_texts to authenticated, service_role;
grant insert (conversation_id, body) on public.conversation_messages to authenticated;
grant update (language) on public.conversations to authenticated;
grant insert, update on public.conversation_texts to authenticated;
grant execute on function public.mark_conversation_read(uuid, timestamptz),
  public.preview_conversation_text(text, text, uuid, text) to authenticated, service_role;

-- What was broadcast to private topics: accounts read that of their own topics.
grant select on public.topic_changes to authenticated, service_role;
grant execute on function public.changes_since(text, text, integer) to authenticated;
-- The policy of topic_changes calls it; the schema stays closed.
grant execute on function ops.my_topics() to authenticated;

-- The console: each of these functions first asks whether the caller is an admin (console.require_admin). Its other
-- functions, and its tables, are nobody's.
grant usage on schema console to authenticated;
grant execute on function console.me(), console.home(), console.find(text), console.line(text, text),
  console.list(text, jsonb, text, integer), console.count(text, jsonb), console.event(uuid), console.message(uuid),
  console.delivery(bigint), console.rejection(text), console.destinations(), console.commands(),
  console.sql(text, jsonb), console.run(text, jsonb, text, uuid), console.preview(text, jsonb),
  console.actions(text, integer), console.start_job(text, text, jsonb, text), console.step_job(uuid), console.jobs(),
  console.job(uuid), console.cancel_job(uuid), console.chart(text, timestamptz, timestamptz, integer),
  console.retention(), console.audit_findings(), console.job_states() to authenticated;
