begin;
select plan(4);

select is_empty(
  $$ select tests.name_of(c) from tests.our_relations('rp') c where not (select t.relrowsecurity from pg_class t
    where t.oid = c) $$,
  'every table, also those without a grant: a grant by mistake then shows nothing'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p
  where p.polrelid in (select tests.our_relations('rp')) and p.polroles && array[0::oid] $$,
  'every policy names its roles'
);
select set_eq(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p
  where p.polrelid in (select tests.our_relations('rp')) and p.polcmd <> 'r' $$,
  $$ values
    ('public.conversations: admins set the language'),
    ('public.conversation_messages: who reads a conversation writes to it'),
    ('public.conversation_texts: admins add texts'),
    ('public.conversation_texts: admins change texts'),
    ('public.membership_products: admins add membership products'),
    ('public.membership_products: admins change membership products'),
    ('public.membership_products: admins remove membership products'),
    ('public.appointments: people change their own appointments, admins all'),
    ('public.appointments: students ask for appointments, admins arrange any'),
    ('public.cohort_instructors: admins appoint instructors'),
    ('public.cohort_instructors: admins dismiss instructors'),
    ('public.cohort_messages: a cohort writes to itself, admins to all'),
    ('public.cohort_messages: admins delete messages'),
    ('public.cohort_messages: authors change their messages, admins hide any'),
    ('public.profiles: people change their own profile, admins all'),
    ('public.cohorts: admins add cohorts'),
    ('public.cohorts: admins change cohorts'),
    ('public.enrollments: admins change enrollments'),
    ('public.enrollments: admins enrol'),
    ('public.error_reports: admins resolve error reports'),
    ('public.error_reports: people report errors'),
    ('public.discounts: admins add discounts'),
    ('public.discounts: admins change discounts'),
    ('public.fulfillments: admins move fulfillments'),
    ('public.notification_preferences: people set their own preferences'),
    ('public.notification_preferences: people change their own preferences'),
    ('public.notification_preferences: people remove their own preferences'),
    ('public.notifications: people mark their own notifications as read'),
    ('public.credit_packs: admins add packs'),
    ('public.credit_packs: admins change packs'),
    ('public.product_prices: admins add prices'),
    ('public.product_prices: admins change prices'),
    ('public.product_prices: admins take prices away'),
    ('public.products: admins add products'),
    ('public.products: admins change products'),
    ('public.shipping_rates: admins add rates'),
    ('public.shipping_rates: admins change rates'),
    ('public.shipping_rates: admins remove rates'),
    ('public.tax_rates: admins add tax rates'),
    ('public.tax_rates: admins change tax rates'),
    ('public.tax_rates: admins remove tax rates'),
    ('public.student_questions: students change their own questions, instructors answer, admins'),
    ('public.student_questions: students ask in their cohorts, and in none'),
    ('public.support_tickets: people close their own tickets, admins move all'),
    ('public.support_tickets: people open tickets of their own'),
    ('public.tutor_exceptions: tutors add their own exceptions, admins everybody''s'),
    ('public.tutor_exceptions: tutors change their own exceptions, admins everybody''s'),
    ('public.tutor_exceptions: tutors remove their own exceptions, admins everybody''s'),
    ('public.tutor_hours: tutors add their own hours, admins everybody''s'),
    ('public.tutor_hours: tutors change their own hours, admins everybody''s'),
    ('public.tutor_hours: tutors remove their own hours, admins everybody''s'),
    ('public.tutors: tutors set their own rules, admins everybody''s'),
    ('public.ticket_replies: who reads a ticket replies to it') $$,
  'and is for reading, except these: payments and stock are changed by functions only'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p
     where p.polrelid in (select tests.our_relations('rp')) and concat(pg_get_expr(p.polqual, p.polrelid),
       pg_get_expr(p.polwithcheck, p.polrelid)) ~ '(?<!SELECT )auth\.(uid|jwt|role)\(\)' $$,
  'the caller is looked up once per statement, not once per row'
);

select * from finish();
rollback;
