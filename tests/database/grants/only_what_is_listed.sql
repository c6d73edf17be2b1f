begin;
select plan(6);

-- All rights of the API's roles in our schemas. Nothing else is allowed; a new grant is added here first.
create temporary table api_roles (role) as values ('anon'), ('authenticated'), ('service_role');

select set_eq(
  $$ select r.role || ' ' || p.privilege || ' ' || n.nspname
     from api_roles r, unnest('{USAGE,CREATE}'::text[]) p (privilege), pg_namespace n
     where n.oid in (select tests.our_schemas()) and has_schema_privilege(r.role, n.oid, p.privilege) $$,
  $$ values
    ('anon USAGE public'),
    ('authenticated USAGE community'),
    ('authenticated USAGE console'),
    ('authenticated USAGE public'),
    ('service_role USAGE community'),
    ('service_role USAGE public') $$,
  'schemas'
);
select set_eq(
  $$ select r.role || ' ' || p.privilege || ' ' || tests.name_of(c)
     from api_roles r, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p (privilege),
     tests.our_relations() c
     where has_table_privilege(r.role, c, p.privilege) $$,
  $$ values
    ('anon SELECT public.cohorts'),
    ('anon SELECT public.product_availability'),
    ('authenticated SELECT public.product_availability'),
    ('service_role SELECT public.product_availability'),
    ('authenticated SELECT public.profiles'),
    ('service_role SELECT public.profiles'),
    ('authenticated SELECT public.text_versions'),
    ('authenticated SELECT public.topic_changes'),
    ('service_role SELECT public.topic_changes'),
    ('service_role SELECT public.text_versions'),
    ('authenticated SELECT public.conversations'),
    ('service_role SELECT public.conversations'),
    ('authenticated SELECT public.conversation_messages'),
    ('service_role SELECT public.conversation_messages'),
    ('authenticated SELECT public.conversation_overview'),
    ('service_role SELECT public.conversation_overview'),
    ('authenticated SELECT public.conversation_transitions'),
    ('service_role SELECT public.conversation_transitions'),
    ('authenticated SELECT public.conversation_texts'),
    ('authenticated INSERT public.conversation_texts'),
    ('authenticated UPDATE public.conversation_texts'),
    ('service_role SELECT public.conversation_texts'),
    ('authenticated SELECT public.membership_products'),
    ('authenticated INSERT public.membership_products'),
    ('authenticated UPDATE public.membership_products'),
    ('authenticated DELETE public.membership_products'),
    ('service_role SELECT public.membership_products'),
    ('anon SELECT public.membership_products'),
    ('anon SELECT public.credit_packs'),
    ('anon SELECT public.product_prices'),
    ('authenticated INSERT public.credit_packs'),
    ('authenticated SELECT public.credit_packs'),
    ('authenticated UPDATE public.credit_packs'),
    ('service_role SELECT public.credit_packs'),

    ('anon SELECT public.tutor_hours'),
    ('authenticated DELETE public.tutor_hours'),
    ('authenticated INSERT public.tutor_hours'),
    ('authenticated SELECT public.tutor_hours'),
    ('authenticated UPDATE public.tutor_hours'),
    ('service_role SELECT public.tutor_hours'),
    ('service_role SELECT public.tutors'),
    ('authenticated DELETE public.tutor_exceptions'),
    ('authenticated INSERT public.tutor_exceptions'),
    ('authenticated SELECT public.tutor_exceptions'),
    ('authenticated UPDATE public.tutor_exceptions'),
    ('service_role SELECT public.tutor_exceptions'),
    ('authenticated SELECT public.tutoring_session_changes'),
    ('authenticated SELECT public.session_reminders'),
    ('service_role SELECT public.session_reminders'),
    ('service_role SELECT public.tutoring_session_changes'),

    ('anon SELECT public.shipping_rates'),
    ('anon SELECT public.tax_rates'),
    ('authenticated DELETE public.shipping_rates'),
    ('authenticated INSERT public.shipping_rates'),
    ('authenticated SELECT public.shipping_rates'),
    ('authenticated UPDATE public.shipping_rates'),
    ('authenticated DELETE public.tax_rates'),
    ('authenticated INSERT public.tax_rates'),
    ('authenticated SELECT public.tax_rates'),
    ('authenticated UPDATE public.tax_rates'),
    ('service_role SELECT public.shipping_rates'),
    ('service_role SELECT public.tax_rates'),
    ('authenticated INSERT public.discounts'),
    ('authenticated SELECT public.discounts'),
    ('authenticated UPDATE public.discounts'),
    ('authenticated SELECT public.discount_uses'),
    ('service_role SELECT public.discounts'),
    ('service_role SELECT public.discount_uses'),

    ('authenticated DELETE public.cohort_instructors'),
    ('authenticated DELETE public.cohort_messages'),
    ('authenticated INSERT public.cohort_instructors'),
    ('authenticated INSERT public.cohorts'),
    ('authenticated INSERT public.products'),
    ('authenticated UPDATE public.cohorts'),
    ('authenticated UPDATE public.products'),
    ('authenticated SELECT public.admins'),
    ('authenticated SELECT public.appointments'),
    ('authenticated SELECT public.checkout_items'),
    ('authenticated SELECT public.checkout_sessions'),
    ('authenticated SELECT public.cohort_instructors'),
    ('authenticated SELECT public.cohort_messages'),
    ('authenticated SELECT public.cohorts'),
    ('authenticated SELECT public.credit_ledger'),
    ('authenticated SELECT public.customers'),
    ('authenticated SELECT public.disputes'),
    ('authenticated SELECT public.enrollments'),
    ('authenticated SELECT public.error_reports'),
    ('authenticated SELECT public.form_submissions'),
    ('authenticated SELECT public.fulfillments'),
    ('authenticated SELECT public.membership_invoices'),
    ('authenticated SELECT public.invoice_payments'),
    ('authenticated SELECT public.memberships'),
    ('authenticated SELECT public.notifications'),
    ('authenticated SELECT public.notification_preferences'),
    ('authenticated DELETE public.notification_preferences'),
    ('authenticated SELECT public.order_items'),
    ('authenticated SELECT public.orders'),
    ('authenticated SELECT public.payment_approvals'),
    ('authenticated SELECT public.payments'),
    ('authenticated DELETE public.product_prices'),
    ('authenticated INSERT public.product_prices'),
    ('authenticated SELECT public.product_prices'),
    ('authenticated UPDATE public.product_prices'),
    ('authenticated SELECT public.refund_requests'),
    ('authenticated SELECT public.refunds'),
    ('authenticated SELECT public.session_recaps'),
    ('authenticated SELECT public.session_transcripts'),
    ('authenticated SELECT public.started_payments'),
    ('authenticated SELECT public.stock_movements'),
    ('authenticated SELECT public.stock_reservations'),
    ('authenticated SELECT public.student_questions'),
    ('authenticated SELECT public.support_tickets'),
    ('authenticated SELECT public.ticket_replies'),
    ('authenticated SELECT public.tutoring_sessions'),

    ('service_role SELECT public.admins'),
    ('service_role SELECT public.appointments'),
    ('service_role SELECT public.checkout_items'),
    ('service_role SELECT public.checkout_sessions'),
    ('service_role SELECT public.cohort_instructors'),
    ('service_role SELECT public.cohort_messages'),
    ('service_role SELECT public.cohorts'),
    ('service_role SELECT public.credit_ledger'),
    ('service_role SELECT public.customers'),
    ('service_role SELECT public.disputes'),
    ('service_role SELECT public.enrollments'),
    ('service_role SELECT public.error_reports'),
    ('service_role SELECT public.form_submissions'),
    ('service_role SELECT public.fulfillments'),
    ('service_role SELECT public.membership_invoices'),
    ('service_role SELECT public.invoice_payments'),
    ('service_role SELECT public.memberships'),
    ('service_role SELECT public.notifications'),
    ('service_role SELECT public.notification_preferences'),
    ('service_role SELECT public.order_items'),
    ('service_role SELECT public.orders'),
    ('service_role SELECT public.payment_approvals'),
    ('service_role SELECT public.payments'),
    ('service_role SELECT public.product_prices'),
    ('service_role SELECT public.products'),
    ('service_role SELECT public.refund_requests'),
    ('service_role SELECT public.refunds'),
    ('service_role SELECT public.session_recaps'),
    ('service_role SELECT public.session_transcripts'),
    ('service_role SELECT public.started_payments'),
    ('service_role SELECT public.stock_movements'),
    ('service_role SELECT public.stock_reservations'),
    ('service_role SELECT public.student_questions'),
    ('service_role SELECT public.support_tickets'),
    ('service_role SELECT public.ticket_replies'),
    ('service_role SELECT public.tutoring_sessions') $$,
  'tables and views'
);
select set_eq(
  $$ select format('%s %s %s: %s', r.role, p.privilege, tests.name_of(c), string_agg(a.attname, ', ' order by a.attnum))
     from api_roles r, unnest('{SELECT,INSERT,UPDATE,REFERENCES}'::text[]) p (privilege), tests.our_relations() c,
     pg_attribute a
     where a.attrelid = c and a.attnum > 0 and not a.attisdropped
       and has_column_privilege(r.role, c, a.attnum, p.privilege) and not has_table_privilege(r.role, c, p.privilege)
     group by r.role, p.privilege, c $$,
  $$ values
    ('anon SELECT public.products: id, sku, name, description, price_minor, currency, active, kind, cohort_id, '
      'credits, tutor_id, session_minutes, trial, price_credits, max_quantity, ships, weight_grams, show_count, '
      'available, created_at, updated_at'),
    ('authenticated SELECT public.products: id, sku, name, description, price_minor, currency, stock, active, kind, '
      'cohort_id, credits, tutor_id, session_minutes, trial, price_credits, provider_adjustments, max_quantity, ships, '
      'weight_grams, show_count, available, '
      'version, stock_version, catalog_versions, created_at, updated_at, as_of, as_of_event'),
    ('anon SELECT public.tutors: id, name, time_zone, notice_minutes, book_ahead_days, break_minutes, step_minutes, '
      'cancel_hours, reschedule_hours, max_reschedules, reminder_minutes, created_at, updated_at'),
    ('authenticated SELECT public.tutors: id, name, time_zone, notice_minutes, book_ahead_days, break_minutes, '
      'step_minutes, cancel_hours, reschedule_hours, max_reschedules, reminder_minutes, created_at, updated_at'),
    ('authenticated INSERT public.appointments: user_id, email, instructor_user_id, cohort_id, title, starts_at, '
      'ends_at, status, meet_link, note'),
    ('authenticated INSERT public.cohort_messages: cohort_id, body'),
    ('authenticated INSERT public.conversation_messages: conversation_id, body'),
    ('authenticated UPDATE public.conversations: language'),
    ('authenticated INSERT public.enrollments: cohort_id, email, user_id, note'),
    ('authenticated INSERT public.error_reports: app, version, message, details, occurred_at'),
    ('authenticated INSERT public.student_questions: cohort_id, subject, question'),
    ('authenticated INSERT public.support_tickets: subject, body'),
    ('authenticated INSERT public.ticket_replies: ticket_id, body'),
    ('authenticated UPDATE public.appointments: instructor_user_id, title, starts_at, ends_at, status, meet_link, '
      'note'),
    ('authenticated UPDATE public.cohort_messages: body, hidden_at, deleted_at'),
    ('authenticated UPDATE public.enrollments: status, note'),
    ('authenticated UPDATE public.error_reports: resolved_at'),
    ('authenticated UPDATE public.fulfillments: status, carrier, tracking_code, tracking_url, note, '
      'shipping_address, recipient_name, recipient_phone'),
    ('authenticated UPDATE public.notifications: read_at'),
    ('authenticated INSERT public.notification_preferences: kind, in_app, by_email'),
    ('authenticated UPDATE public.notification_preferences: kind, in_app, by_email'),
    ('authenticated UPDATE public.student_questions: subject, question, answer, deleted_at'),
    ('authenticated UPDATE public.profiles: name, picture_url'),
    ('authenticated UPDATE public.tutors: name, time_zone, notice_minutes, book_ahead_days, break_minutes, '
      'step_minutes, cancel_hours, reschedule_hours, max_reschedules, reminder_minutes'),
    ('authenticated UPDATE public.support_tickets: status, priority') $$,
  'of a table that is not listed for it, these columns only'
);
select is_empty(
  $$ select r.role || ' ' || p.privilege || ' ' || tests.name_of(c)
     from api_roles r, unnest('{USAGE,SELECT,UPDATE}'::text[]) p (privilege), tests.our_relations('S') c
     where has_sequence_privilege(r.role, c, p.privilege) $$,
  'no sequence'
);
select set_eq(
  $$ select r.role || ' ' || tests.signature_of(f) from api_roles r, tests.our_functions() f
  where has_function_privilege(r.role, f, 'EXECUTE') $$,
  $$ values
    ('authenticated commerce.is_address(address jsonb)'),
    ('anon public.free_times(sku text, "from" timestamp with time zone, "to" timestamp with time zone)'),
    ('anon tutoring.times_of_product(sku text, "from" timestamp with time zone, "to" timestamp with time zone)'),
    ('authenticated commerce.is_tutor(tutor_id uuid)'),
    ('authenticated public.book_session(sku text, starts_at timestamp with time zone, key text, user_id uuid)'),
    ('authenticated tutoring.book_with_credits(sku text, starts_at timestamp with time zone, key text, user_id uuid)'),
    ('service_role public.book_session(sku text, starts_at timestamp with time zone, key text, user_id uuid)'),
    ('service_role tutoring.book_with_credits(sku text, starts_at timestamp with time zone, key text, user_id uuid)'),
    ('authenticated public.cancel_session(session_id uuid, reason text, refund boolean)'),
    ('authenticated public.free_times(sku text, "from" timestamp with time zone, "to" timestamp with time zone)'),
    ('authenticated public.free_times_to_move(session_id uuid, "from" timestamp with time zone, '
      '"to" timestamp with time zone)'),
    ('authenticated public.reschedule_session(session_id uuid, starts_at timestamp with time zone, reason text, '
      'key text)'),
    ('authenticated public.session_terms(session_id uuid)'),
    ('authenticated tutoring.terms_of_session(session_id uuid)'),
    ('authenticated tutoring.cancel(session_id uuid, reason text, refund boolean)'),
    ('authenticated tutoring.reschedule(session_id uuid, starts_at timestamp with time zone, reason text, key text)'),
    ('authenticated tutoring.times_of_product(sku text, "from" timestamp with time zone, '
      '"to" timestamp with time zone)'),
    ('authenticated tutoring.times_of_session(session_id uuid, "from" timestamp with time zone, '
      '"to" timestamp with time zone)'),
    ('service_role public.free_times(sku text, "from" timestamp with time zone, "to" timestamp with time zone)'),
    ('service_role tutoring.times_of_product(sku text, "from" timestamp with time zone, '
      '"to" timestamp with time zone)'),
    ('anon commerce.availability(product_id uuid)'),
    ('authenticated commerce.availability(product_id uuid)'),
    ('service_role commerce.availability(product_id uuid)'),
    ('anon community.has_access(product text)'),
    ('anon public.has_access(product text)'),
    ('authenticated community.has_access(product text)'),
    ('authenticated public.has_access(product text)'),
    ('authenticated public.mark_conversation_read(conversation_id uuid, until timestamp with time zone)'),
    ('authenticated public.preview_conversation_text(key text, language text, membership_id uuid, body text)'),
    ('service_role public.mark_conversation_read(conversation_id uuid, until timestamp with time zone)'),
    ('service_role public.preview_conversation_text(key text, language text, membership_id uuid, body text)'),
    ('authenticated community.balance(user_id uuid)'),
    ('authenticated community.spend_credits(credits integer, key text, note text, user_id uuid)'),
    ('authenticated public.credit_balance(user_id uuid)'),
    ('authenticated public.find_person(email text)'),
    ('authenticated public.spend_credits(credits integer, key text, note text, user_id uuid)'),
    ('service_role community.balance(user_id uuid)'),
    ('service_role community.spend_credits(credits integer, key text, note text, user_id uuid)'),
    ('service_role public.credit_balance(user_id uuid)'),
    ('service_role public.find_person(email text)'),
    ('service_role public.spend_credits(credits integer, key text, note text, user_id uuid)'),
    -- each asks first whether the caller is an admin: database/console/require_admin
    ('authenticated console.me()'),
    ('authenticated console.home()'),
    ('authenticated console.find(query text)'),
    ('authenticated console.line(kind text, id text)'),
    ('authenticated console.list(what text, filters jsonb, cursor text, size integer)'),
    ('authenticated console.count(what text, filters jsonb)'),
    ('authenticated console.event(id uuid)'),
    ('authenticated console.message(id uuid)'),
    ('authenticated console.delivery(id bigint)'),
    ('authenticated console.rejection(id text)'),
    ('authenticated console.destinations()'),
    ('authenticated console.commands()'),
    ('authenticated console.sql(command text, arguments jsonb)'),
    ('authenticated console.run(command text, arguments jsonb, expected_hash text, key uuid)'),
    ('authenticated console.preview(command text, arguments jsonb)'),
    ('authenticated console.actions(cursor text, size integer)'),
    ('authenticated console.start_job(command text, what text, filters jsonb, reason text)'),
    ('authenticated console.step_job(id uuid)'),
    ('authenticated console.jobs()'),
    ('authenticated console.job(id uuid)'),
    ('authenticated console.cancel_job(id uuid)'),
    ('authenticated console.chart(what text, since timestamp with time zone, until timestamp with time zone, '
      'buckets integer)'),
    ('authenticated console.retention()'),
    ('authenticated console.audit_findings()'),
    ('authenticated console.job_states()'),
    ('authenticated learning.known_people()'),
    ('authenticated learning.attends(cohort_id uuid)'),
    ('authenticated ops.my_topics()'),
    ('authenticated public.changes_since(topic text, cursor text, at_most integer)'),
    ('authenticated learning.my_name()'),
    ('authenticated learning.teaches(cohort_id uuid)'),
    ('authenticated ops.is_admin()'),
    ('authenticated ops.my_email()'),
    ('authenticated ops.uuid7()') $$,
  'no functions except those that policies, defaults and views call, those about credits, access, chats, people and '
    'tutors'' time, and the console''s'
);
select is_empty(
  $$ select tests.signature_of(f) from tests.our_functions() f where has_function_privilege('public', f, 'EXECUTE') $$,
  'nor may anonymous callers call one'
);

select * from finish();
rollback;
