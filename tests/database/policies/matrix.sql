begin;
select plan(3);

-- Who reads, inserts, updates and deletes what, over all tables: r i u d. The rows belong to a student: a purchase, a
-- course, questions. This test is about access to a row at all; tests/database/grants tests columns, and the tests
-- beside this one values.

select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.a_course('physics', instructor => 'other_instructor@tests.example');
select tests.enrol('physics', 'other@tests.example');

create function tests.rows_in(table_name text) returns tid[] language plpgsql as $$
declare
  v_rows tid[];
begin
  execute format('select coalesce(array_agg(t.ctid), ''{}'') from public.%I t', table_name) into v_rows;
  return v_rows;
end
$$;
create temporary table tables as
select c.relname::text as name, tests.rows_in(c.relname) as rows from pg_class c
where c.oid in (select tests.our_relations('rp')) and c.relnamespace = 'public'::regnamespace;

-- The student's rows
-- ---------------------------------------------------------------------------------------------------

select tests.create_user('student@tests.example');
select tests.a_course('maths', instructor => 'instructor@tests.example');
select tests.a_product('chair');
select tests.a_pack('credits');
insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
  values ('tests', 'pack_1', 'Ten credits', 10, 1000, 'EUR');
insert into public.tutors (email) values ('tutor@tests.example');
insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
  select t.id, 1, '09:00', '12:00', 'UTC' from public.tutors t;
insert into public.tutor_exceptions (tutor_id, kind, first_day)
  select t.id, 'off', '2027-01-01' from public.tutors t;
insert into public.product_prices (product_id, currency, price_minor) values ((tests.the_product('chair')).id, 'XAF',
  600000);
insert into public.tax_rates (country, percent) values ('DE', 19);
insert into public.discounts (code, percent) values ('TENTH', 10);
select tests.a_checkout('cart', '{"chair": 1, "maths": 1, "credits": 1}', 'student@tests.example');
insert into public.shipping_rates (name, currency, price_minor) values ('Post', 'EUR', 500);
insert into public.discount_uses (checkout_session_id, discount_id)
  select tests.id('cart'), d.id from public.discounts d;
insert into public.checkout_requests (caller, key, fingerprint, claimed_until)
  values (tests.user_id('student@tests.example'), 'k', 'f', now());
insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (tests.id('cart'), 'tests', 'order', 'pi_1');
select tests.receive(
  tests.fact_approved('pi_1', 'cart', 3000), tests.fact_captured('pi_1', 'cart', 3000),
  tests.fact_refund('re_1', 'pi_1', 1), tests.fact_dispute('dp_1', 'pi_1', 'won'),
  tests.fact_customer('cus_1', 'student@tests.example'),
    tests.fact_membership('sub_1', 'active') || '{"email": "student@tests.example"}',
    tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_2')
);
insert into public.refund_requests (payment_id, amount_minor, currency, requested_by)
  values ((tests.the_payment('pi_1')).id, 1, 'EUR', 'admin');
select tests.a_session('lesson', student => 'student@tests.example');
insert into public.tutoring_session_changes
  (tutoring_session_id, number, kind, changed_as, from_starts_at, late, refund)
  values (tests.id('lesson'), 1, 'cancelled', 'student', now(), true, 'none');
insert into public.session_reminders (tutoring_session_id, minutes_before, starts_at)
  values (tests.id('lesson'), 60, now());
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary() || tests.a_transcript());
insert into public.notification_preferences (user_id, kind)
  values (tests.user_id('student@tests.example'), 'recap_ready');
insert into public.appointments (email, cohort_id, title, starts_at, ends_at)
  values ('student@tests.example', tests.id('maths'), 'x', now(), now() + interval '1 hour');
insert into public.student_questions (user_id, cohort_id, subject, question)
  values (tests.user_id('student@tests.example'), tests.id('maths'), 'x', 'y');
select tests.remember('ticket', ops.uuid7()::text);
insert into public.support_tickets (id, user_id, subject, body)
  values (tests.id('ticket'), tests.user_id('student@tests.example'), 'x', 'y');
insert into public.ticket_replies (ticket_id, author_user_id, from_staff, body)
  values (tests.id('ticket'), tests.user_id('student@tests.example'), false, 'x');
insert into public.cohort_messages (cohort_id, author_user_id, author_name, body)
  values (tests.id('maths'), tests.user_id('student@tests.example'), 'S', 'x');
select learning.keep_version('cohort_messages', m.id, '{"body": "w"}') from public.cohort_messages m;
insert into public.error_reports (user_id, app, message) values (tests.user_id('student@tests.example'), 'app', 'x');
insert into public.form_submissions (provider, provider_ref, form, email)
  values ('tests', 'f1', 'contact', 'student@tests.example');
insert into public.admins (user_id) values (gen_random_uuid());
insert into public.membership_products (product, provider, provider_ref, name)
  values ('club', 'tests', 'price_1', 'The club');
insert into public.conversations (membership_id, user_id, status, cause)
  select m.id, m.user_id, 'internal', 'no_outside_chat' from public.memberships m;
select tests.remember('conversation', (select c.id::text from public.conversations c));
insert into public.conversation_messages (conversation_id, sender, author_user_id, body)
  values (tests.id('conversation'), 'member', tests.user_id('student@tests.example'), 'x');
insert into public.conversation_texts (key, language, body) values ('welcome', 'de', 'Willkommen');

update tables t set rows = array(select r from unnest(tests.rows_in(t.name)) r except select r from unnest(t.rows) r)
  where true;

-- The rows each would insert: about the student's cohort, the student's ticket, or of their own. For all other tables a
-- row of nothing but defaults.
create temporary table additions (name text, statement text);
insert into additions values
  ('appointments', $$ (cohort_id, title, starts_at, ends_at)
    values (tests.id('maths'), 'x', now(), now() + interval '1 hour') $$),
  ('cohort_instructors', $$ (cohort_id, user_id) values (tests.id('maths'), gen_random_uuid()) $$),
  ('cohort_messages', $$ (cohort_id, body) values (tests.id('maths'), 'x') $$),
  ('cohorts', $$ (name, capacity) values ('x', 1) $$),
  ('enrollments', $$ (cohort_id, email) values (tests.id('maths'), 'new@tests.example') $$),
  ('conversation_messages', $$ (conversation_id, body) values (tests.id('conversation'), 'x') $$),
  ('conversation_texts', $$ (key, language, body) values ('welcome', 'it', 'Ciao') $$),
  ('error_reports', $$ (app, message) values ('app', 'x') $$),
  ('products', $$ (sku, name, price_minor, currency) values ('new', 'x', 1, 'EUR') $$),
  ('student_questions', $$ (cohort_id, subject, question) values (tests.id('maths'), 'x', 'y') $$),
  ('support_tickets', $$ (subject, body) values ('x', 'y') $$),
  ('ticket_replies', $$ (ticket_id, body) values (tests.id('ticket'), 'x') $$);

create function tests.tries(who text, statement text) returns text language plpgsql as $$
begin
  raise exception using errcode = 'TS001', message = tests.by(who, statement); -- undone, whatever the result is
exception when sqlstate 'TS001' then
  return sqlerrm;
end
$$;
create function tests.may(who text, table_name text, rows tid[], addition text) returns text language plpgsql as $$
declare
  v_which text := format('where t.ctid = any (%L::tid[])', rows);
  v_sees text := tests.tries(who, format('select from public.%I t %s', table_name, v_which));
  v_adds text := tests.tries(who, format('insert into public.%I %s', table_name, coalesce(addition, 'default values')));
  v_deletes text := tests.tries(who, format('delete from public.%I t %s', table_name, v_which));
  v_changes boolean := false;
  v_column text;
begin
  -- Refused for its values (23…) and not for the writer (42501): the writer may insert.
  foreach v_column in array array(
    select a.attname::text from pg_attribute a
    where a.attrelid = ('public.' || table_name)::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attidentity <> 'a'
  ) loop
    v_changes := v_changes or tests.tries(who, format('update public.%1$I t set %2$I = t.%2$I %3$s', table_name,
      v_column, v_which)) not in ('0', '42501');
  end loop;
  return coalesce(nullif(concat(
    case when v_sees in ('0', '42501') then '' when v_sees = cardinality(rows)::text then 'r'
    else '(' || v_sees || ' of ' || cardinality(rows) || ')' end,
    case when v_adds ~ '^(1|23...)$' then 'i' when v_adds <> '42501' then v_adds end,
    case when v_changes then 'u' end,
    case when v_deletes not in ('0', '42501') then 'd' end
  ), ''), '-');
end
$$;

select is_empty($$ select t.name from tables t where t.rows = '{}' $$, 'of each table there is a row of the student');
select set_eq(
  $$ select t.name, m[1] as guest, m[2] as student, m[3] as other, m[4] as instructor, m[5] as anothers, m[6] as admin,
  m[7] as service
     from tables t
     left join additions a on a.name = t.name
     cross join lateral (
       select array_agg(tests.may(w.who, t.name, t.rows, a.statement) order by w.position) as m
       from unnest(array[
         'guest', 'student@tests.example', 'other@tests.example', 'instructor@tests.example',
         'other_instructor@tests.example', 'admin@tests.example', 'service_role'
       ]) with ordinality as w (who, position)
     ) as x $$,
  $$ values
  -- table                 guest student other  instructor another's  admin   service
    ('admins',             '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('appointments',       '-',   'riu', '-',   'ru',      '-',       'riu',  'r'),
    ('checkout_items',     '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('checkout_requests',  '-',   '-',   '-',   '-',       '-',       '-',    '-'),
    ('checkout_sessions',  '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('cohort_instructors', '-',   'r',   '-',   'r',       '-',       'rid',  'r'),
    ('cohort_messages',    '-',   'riu', '-',   'ri',      '-',       'riud', 'r'),
    ('cohorts',            'r',   'r',   'r',   'r',       'r',       'riu',  'r'),
    ('conversation_messages', '-', 'ri', '-', '-',         '-',       'ri',   'r'),
    ('conversation_texts', '-',   '-',   '-',   '-',       '-',       'riu',  'r'),
    ('conversation_transitions', '-', '-', '-', '-',       '-',       'r',    'r'),
    ('conversations',      '-',   'r',   '-',   '-',       '-',       'ru',   'r'),
    ('credit_ledger',      '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('credit_packs',       'r',   'r',   'r',   'r',       'r',       'riu',  'r'),
    ('customers',          '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('discount_uses',      '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('discounts',          '-',   '-',   '-',   '-',       '-',       'riu',  'r'),
    ('disputes',           '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('enrollments',        '-',   'r',   '-',   'r',       '-',       'riu',  'r'),
    ('error_reports',      '-',   'i',   'i',   'i',       'i',       'riu',  'r'),
    ('form_submissions',   '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('fulfillments',       '-',   'r',   '-',   '-',       '-',       'ru',   'r'),
    ('membership_invoices','-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('invoice_payments','-',      '-',   '-',   '-',       '-',       'r',    'r'),
    ('membership_products', 'r',  'r',   'r',   'r',       'r',       'riud', 'r'),
    ('memberships',        '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('notifications',      '-',   'ru',  '-',   '-',       '-',       '-',    'r'),
    ('notification_preferences', '-', 'riud', 'i', 'i', 'i',  'ri',   'r'),
    ('order_items',        '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('orders',             '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('payment_approvals',  '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('payments',           '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('product_prices',     'r',   'r',   'r',   'r',       'r',       'riud', 'r'),
    -- read and changed by columns, which does not show here: policies/products
    ('products',           '-',   '-',   '-',   '-',       '-',       'i',    'r'),
    -- the student's and the instructor's own
    ('profiles',           '-',   'ru',  '-',   'ru',      '-',       'ru',   'r'),
    ('refund_requests',    '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('refunds',            '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('session_recaps',     '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('session_reminders',  '-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('session_transcripts','-',   'r',   '-',   '-',       '-',       'r',    'r'),
    ('shipping_rates',     'r',   'r',   'r',   'r',       'r',       'riud', 'r'),
    ('started_payments',   '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('stock_movements',    '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('stock_reservations', '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('student_questions',  '-',   'riu', '-',   'ru',      '-',       'ru',   'r'),
    ('support_tickets',    '-',   'riu', 'i',   'i',       'i',       'riu',  'r'),
    ('tax_rates',          'r',   'r',   'r',   'r',       'r',       'riud', 'r'),
    ('ticket_replies',     '-',   'ri',  '-',   '-',       '-',       'ri',   'r'),
    -- a tutor's own: policies/tutors
    ('tutor_exceptions',   '-',   '-',   '-',   '-',       '-',       'riud', 'r'),
    ('text_versions',      '-',   '-',   '-',   '-',       '-',       'r',    'r'),
    ('topic_changes',      '-',   'r',   '-',   '-',       '-',       '-',    'r'),
    ('tutor_hours',        'r',   'r',   'r',   'r',       'r',       'riud', 'r'),
    ('tutoring_session_changes', '-', 'r', '-', '-',       '-',       'r',    'r'),
    -- by columns too: policies/tutors
    ('tutors',             '-',   '-',   '-',   '-',       '-',       '-',    'r'),
    ('tutoring_sessions',  '-',   'r',   '-',   '-',       '-',       'r',    'r') $$,
  'these rights, and no more or less'
);
-- a role left over would make this test worthless
select is(current_user::text, 'postgres', 'read by the owner, who sees everything');

select * from finish();
rollback;
