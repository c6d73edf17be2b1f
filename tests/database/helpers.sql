-- What the tests in this folder share. scripts/test/pgtap.ts loads it before them and drops it after.
-- Names: a_… makes something, the_… reads it back; what is made under a name is found again under that name.
-- Facts and events are of a provider called "tests", so that nothing here meets what is in the tables already.

create extension if not exists pgtap with schema extensions;

do $$
begin
  if obj_description(to_regnamespace('tests'), 'pg_namespace') is distinct from 'Helpers of Signalbox'' tests.' and to_regnamespace('tests') is not null then
    raise exception 'this database has a schema tests of somebody else''s' using hint = 'Run the tests on another database.';
  end if;
end
$$;
drop schema if exists tests cascade;
create schema tests;
comment on schema tests is 'Helpers of Signalbox'' tests.';
grant usage on schema tests to public; -- tests go on after `set role`

create function tests.remember(name text, id text) returns void
language sql as $$ select set_config('tests.' || name, id, true) $$;

create function tests.id(name text) returns uuid
language sql stable as $$ select current_setting('tests.' || name)::uuid $$;
comment on function tests.id(text) is 'The id of what was made under this name: a checkout or a courier.';

-- People ---------------------------------------------------------------------------------------------------------------

create function tests.create_user(email text, confirmed boolean default true) returns uuid
language sql as $$
  insert into auth.users (id, email, email_confirmed_at)
  values (gen_random_uuid(), create_user.email, case when confirmed then now() end)
  returning id
$$;

create function tests.user_id(email text) returns uuid
language sql stable as $$ select u.id from auth.users u where u.email = user_id.email $$;

create function tests.authenticate_as(email text) returns void
language plpgsql as $$
declare
  v_user uuid := tests.user_id(authenticate_as.email);
begin
  if v_user is null then
    raise exception 'tests.create_user(%) first', quote_literal(authenticate_as.email);
  end if;
  perform set_config('request.jwt.claims', json_build_object('sub', v_user, 'role', 'authenticated')::text, true);
  perform set_config('request.jwt.claim.sub', v_user::text, true);
  perform set_config('role', 'authenticated', true);
end
$$;

create function tests.as_anon() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('request.jwt.claim.sub', '', true);
  perform set_config('role', 'anon', true);
end
$$;

create function tests.as_owner() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('request.jwt.claim.sub', '', true);
  perform set_config('role', 'postgres', true);
end
$$;

create function tests.an_admin(email text) returns void
language sql as $$ insert into public.admins (user_id) values (tests.create_user(an_admin.email)) $$;

create function tests.by(who text, statement text) returns text
language plpgsql as $$
declare
  v_rows bigint;
begin
  if who = 'guest' then
    perform tests.as_anon();
  elsif who = 'service_role' then
    perform set_config('role', 'service_role', true);
  else
    perform tests.authenticate_as(who);
  end if;
  begin
    execute statement;
    get diagnostics v_rows = row_count;
  exception when others then
    perform tests.as_owner();
    return sqlstate;
  end;
  perform tests.as_owner();
  return v_rows::text;
end
$$;
comment on function tests.by(text, text) is 'Somebody (an address, guest or service_role) runs a statement. Returns how many rows it was about, or the SQLSTATE that refused it.';

-- The shop -------------------------------------------------------------------------------------------------------------

create function tests.a_product(
  sku text, price bigint default 1000, stock integer default 10, currency text default 'EUR', active boolean default true
) returns void
language sql as $$
  insert into public.products as p (sku, name, price_minor, stock, currency, active)
  values (a_product.sku, initcap(a_product.sku), price, a_product.stock, a_product.currency, a_product.active)
  on conflict on constraint a_sku_names_one_product do update
  set name = excluded.name, price_minor = excluded.price_minor, stock = excluded.stock, currency = excluded.currency,
      active = excluded.active, as_of = null, as_of_event = null
$$;

create function tests.the_product(sku text) returns public.products
language sql stable as $$ select p from public.products p where p.sku = the_product.sku $$;

create function tests.the_stock(sku text) returns integer
language sql stable as $$ select p.stock from public.products p where p.sku = the_stock.sku $$;

create function tests.items(items jsonb) returns jsonb
language sql immutable as $$ select jsonb_agg(jsonb_build_object('sku', i.key, 'quantity', i.value)) from jsonb_each(items) i $$;
comment on function tests.items(jsonb) is '{"chair": 2} as commerce.open_checkout takes it.';

create function tests.a_checkout(name text, items jsonb default '{"chair": 1}', email text default 'buyer@tests.example') returns void
language sql as $$ select tests.remember(name, commerce.open_checkout(a_checkout.email, tests.items(a_checkout.items))::text) $$;

create function tests.the_checkout(name text) returns public.checkout_sessions
language sql stable as $$ select s from public.checkout_sessions s where s.id = tests.id(name) $$;

create function tests.the_reservations(name text) returns text
language sql stable as $$
  select string_agg(r.quantity || ' ' || p.sku || ' ' || r.status, ', ' order by p.sku)
  from public.stock_reservations r join public.products p on p.id = r.product_id
  where r.checkout_session_id = tests.id(the_reservations.name)
$$;
comment on function tests.the_reservations(text) is 'Of a checkout, such as "2 chair held, 1 lamp taken".';

create function tests.a_cohort(name text, capacity integer default 10) returns void
language sql as $$
  with made as (insert into public.cohorts (name, capacity) values (a_cohort.name, a_cohort.capacity) returning id)
  select tests.remember(name, made.id::text) from made
$$;

create function tests.a_seat(sku text, cohort text, price bigint default 1000, stock integer default null) returns void
language sql as $$
  insert into public.products (sku, name, price_minor, currency, stock, kind, cohort_id)
  values (a_seat.sku, initcap(a_seat.sku), price, 'EUR', a_seat.stock, 'cohort_seat', tests.id(cohort))
$$;

create function tests.a_pack(sku text, credits integer default 10, price bigint default 1000, stock integer default null) returns void
language sql as $$
  insert into public.products (sku, name, price_minor, currency, stock, kind, credits)
  values (a_pack.sku, initcap(a_pack.sku), price, 'EUR', a_pack.stock, 'credit_pack', a_pack.credits)
$$;

create function tests.a_lesson(sku text, tutor text default 'tutor@tests.example', price bigint default 1000, minutes integer default 60, stock integer default null)
returns void language sql as $$
  insert into public.products (sku, name, price_minor, currency, stock, kind, tutor_email, session_minutes)
  values (a_lesson.sku, initcap(a_lesson.sku), price, 'EUR', a_lesson.stock, 'tutoring_session', tutor, minutes)
$$;
comment on function tests.a_lesson(text, text, bigint, integer, integer) is 'A product of kind tutoring_session.';

create function tests.a_booking(name text, lesson text, starts_in interval, email text default 'buyer@tests.example') returns void
language sql as $$
  select tests.remember(name, commerce.open_checkout(
    a_booking.email, jsonb_build_array(jsonb_build_object('sku', lesson, 'quantity', 1, 'starts_at', ops.iso_utc(now() + starts_in)))
  )::text)
$$;
comment on function tests.a_booking(text, text, interval, text) is 'A checkout of a tutoring session, so long from now.';

create function tests.the_seats(cohort text) returns text
language sql stable as $$
  select string_agg(e.email || ' ' || e.status, ', ' order by e.email) from public.enrollments e where e.cohort_id = tests.id(cohort)
$$;
comment on function tests.the_seats(text) is 'Who has a seat of a cohort: "amina@tests.example active".';

create function tests.the_lessons(tutor text default 'tutor@tests.example') returns text
language sql stable as $$
  select string_agg(s.student_email || ' ' || s.status, ', ' order by s.starts_at, s.student_email) from public.tutoring_sessions s where s.tutor_email = tutor
$$;

create function tests.the_ledger(sku text) returns text
language sql stable as $$
  select string_agg(m.quantity || ' ' || m.reason, ', ' order by m.reason, m.quantity) from public.stock_movements m where m.product_id = (tests.the_product(sku)).id
$$;
comment on function tests.the_ledger(text) is 'The movements of a product''s stock by reason: "10 opened, -2 reserved".';

create function tests.inconsistencies() returns text
language sql stable as $$ select string_agg(i.what, ', ' order by i.what, i.id) from ops.inconsistencies i $$;
comment on function tests.inconsistencies() is 'What the audit finds now; null: nothing.';

create function tests.the_payment(ref text) returns public.payments
language sql stable as $$ select p from public.payments p where p.provider = 'tests' and p.provider_ref = ref $$;

create function tests.the_order(name text) returns public.orders
language sql stable as $$ select o from public.orders o where o.checkout_session_id = tests.id(name) $$;

create function tests.the_parcel(name text) returns public.fulfillments
language sql stable as $$ select f from public.fulfillments f where f.order_id = (tests.the_order(name)).id $$;

create function tests.the_refund(ref text) returns public.refunds
language sql stable as $$ select r from public.refunds r where r.provider = 'tests' and r.provider_ref = ref $$;

create function tests.the_dispute(ref text) returns public.disputes
language sql stable as $$ select d from public.disputes d where d.provider = 'tests' and d.provider_ref = ref $$;

create function tests.the_customer(ref text) returns public.customers
language sql stable as $$ select c from public.customers c where c.provider = 'tests' and c.provider_ref = ref $$;

create function tests.the_membership(ref text) returns public.memberships
language sql stable as $$ select m from public.memberships m where m.provider = 'tests' and m.provider_ref = ref $$;

create function tests.the_invoice(ref text) returns public.membership_invoices
language sql stable as $$ select i from public.membership_invoices i where i.provider = 'tests' and i.provider_ref = ref $$;

create function tests.the_credits(payment text) returns bigint
language sql stable as $$ select sum(l.credits) from public.credit_ledger l where l.payment_id = (tests.the_payment(payment)).id $$;
comment on function tests.the_credits(text) is 'What is left of those that a payment bought; null when it never bought any.';

-- Courses and lessons ------------------------------------------------------------------------------------------------------

create function tests.a_course(name text, capacity integer default 10, instructor text default null, published boolean default true) returns void
language sql as $$
  select tests.a_cohort(name, capacity);
  update public.cohorts c set published = a_course.published where c.id = tests.id(name);
  select tests.a_seat(name, name);
  insert into public.cohort_instructors (cohort_id, user_id) select tests.id(name), tests.create_user(instructor) where instructor is not null;
$$;
comment on function tests.a_course(text, integer, text, boolean) is 'A cohort and the product that sells its seats, by one name. The instructor''s account is made too.';

create function tests.enrol(cohort text, email text) returns void
language sql as $$ insert into public.enrollments (cohort_id, email) values (tests.id(cohort), enrol.email) $$;
comment on function tests.enrol(text, text) is 'As an admin does.';

create function tests.the_seat(cohort text, email text) returns public.enrollments
language sql stable as $$ select e from public.enrollments e where e.cohort_id = tests.id(cohort) and e.email = the_seat.email $$;

create function tests.free_seats(cohort text) returns integer
language sql stable as $$ select learning.free_seats(tests.id(cohort)) $$;

create function tests.the_booking(name text) returns public.tutoring_sessions
language sql stable as $$
  select s from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id where i.order_id = (tests.the_order(the_booking.name)).id
$$;
comment on function tests.the_booking(text) is 'The session that a paid checkout booked.';

-- Facts (functions/_shared/facts/facts.ts). What a test wants otherwise it adds: tests.fact_captured('pi_1') || '{"email": null}' ----

create function tests.moment(seconds integer default 0) returns text
language sql stable as $$ select ops.iso_utc(timestamptz '2026-01-01 00:00:00Z' + make_interval(secs => seconds)) $$;

create function tests.fact_of_payment(status text, ref text, checkout text, amount bigint, currency text, at integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'payment.' || status, 'occurred_at', tests.moment(at), 'provider_ref', ref,
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end,
    'amount_minor', amount, 'currency', currency, 'customer_ref', null, 'email', null
  )
$$;

create function tests.fact_created(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('created', ref, checkout, amount, currency, at) $$;

create function tests.fact_pending(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('pending', ref, checkout, amount, currency, at) $$;

create function tests.fact_captured(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('captured', ref, checkout, amount, currency, at) $$;

create function tests.fact_failed(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$
  select tests.fact_of_payment('failed', ref, checkout, amount, currency, at)
    || '{"failure_code": "card_declined", "failure_message": "The card was declined."}'
$$;

create function tests.fact_cancelled(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('cancelled', ref, checkout, amount, currency, at) $$;

create function tests.fact_expired(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('expired', ref, checkout, amount, currency, at) $$;

create function tests.buying_credits(credits integer, pack text default 'pack_1') returns jsonb
language plpgsql as $$
begin
  insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
  values ('tests', pack, pack, buying_credits.credits, 1, 'EUR')
  on conflict do nothing;
  return jsonb_build_object('credits', jsonb_build_object('pack_ref', pack, 'credits', buying_credits.credits));
end
$$;
comment on function tests.buying_credits(integer, text) is 'Added to a payment''s fact: tests.fact_captured(''pi_1'') || tests.buying_credits(50). The pack is on sale.';

create function tests.fact_approved(ref text, checkout text default null, amount bigint default 1000, currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('approved', ref, checkout, amount, currency, at) - '{email,customer_ref}'::text[] $$;

create function tests.fact_checkout_cancelled(ref text, checkout text default null, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'checkout.cancelled', 'occurred_at', tests.moment(at), 'provider_ref', ref,
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end
  )
$$;

create function tests.a_session(
  name text, at integer default 0, tutor text default 'tutor@tests.example', student text default 'student@tests.example',
  status text default 'scheduled', lasts interval default '1 hour'
) returns void
language sql as $$
  with made as (
    insert into public.tutoring_sessions (title, status, starts_at, ends_at, tutor_email, student_email)
    values (
      a_session.name, a_session.status::public.tutoring_session_status, tests.moment(at)::timestamptz, tests.moment(at)::timestamptz + lasts,
      tutor, student
    )
    returning id
  )
  select tests.remember(name, made.id::text) from made
$$;
comment on function tests.a_session(text, integer, text, text, text, interval) is 'A tutoring session; at: seconds after tests.moment(0).';

create function tests.the_session(name text) returns public.tutoring_sessions
language sql stable as $$ select s from public.tutoring_sessions s where s.id = tests.id(name) $$;

create function tests.the_recap(ref text) returns public.session_recaps
language sql stable as $$ select r from public.session_recaps r where r.provider = 'tests' and r.provider_ref = ref $$;

create function tests.the_transcript(ref text) returns jsonb
language sql stable as $$ select t.transcript from public.session_transcripts t where t.session_recap_id = (tests.the_recap(ref)).id $$;

create function tests.notified(ref text) returns text
language sql stable as $$
  select string_agg(u.email, ' ' order by u.email)
  from public.notifications n join auth.users u on u.id = n.user_id where n.session_recap_id = (tests.the_recap(ref)).id
$$;
comment on function tests.notified(text) is 'The addresses of who is notified of a recap: "a@… b@…".';

create function tests.the_approval(ref text, at integer default 0) returns public.payment_approvals
language sql stable as $$
  select a from public.payment_approvals a where a.provider = 'tests' and a.provider_ref = ref and a.approved_at = tests.moment(at)::timestamptz
$$;

create function tests.may_capture(ref text) returns text
language sql stable as $$ select coalesce(m.outcome, 'yes') || coalesce(': ' || m.reason, '') from commerce.may_capture((tests.the_approval(ref)).id) m $$;

create function tests.fact_checkout_expired(checkout text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'checkout.expired', 'occurred_at', tests.moment(at), 'provider_ref', 'cs_1',
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end
  )
$$;

create function tests.fact_refund(ref text, payment text, amount bigint, status text default 'succeeded', currency text default 'EUR', at integer default 0)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'type', 'refund.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'payment_ref', payment,
    'amount_minor', amount, 'currency', currency, 'status', status, 'reason', null
  )
$$;

create function tests.fact_refunded_total(payment text, refunded bigint, currency text default 'EUR', at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'payment.refunded', 'occurred_at', tests.moment(at), 'payment_ref', payment, 'refunded_minor', refunded, 'currency', currency
  )
$$;

create function tests.fact_dispute(ref text, payment text, status text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'dispute.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'payment_ref', payment,
    'amount_minor', 1000, 'currency', 'EUR', 'status', status, 'reason', 'fraudulent', 'evidence_due_at', null
  )
$$;

create function tests.fact_customer(ref text, email text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'customer.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'email', email, 'name', 'Name ' || at, 'phone', null
  )
$$;

create function tests.fact_product(sku text, name text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'product.updated', 'occurred_at', tests.moment(at), 'provider_ref', 'prod_1', 'sku', sku, 'name', name,
    'description', null, 'active', true
  )
$$;

create function tests.fact_set(sku text, version bigint, says jsonb) returns jsonb
language sql stable as $$
  select jsonb_build_object('type', 'product.set', 'occurred_at', tests.moment(0), 'provider_ref', sku, 'sku', sku, 'version', version) || says
$$;
comment on function tests.fact_set(text, bigint, jsonb) is 'What the inventory system says of a product: tests.fact_set(''chair'', 2, ''{"name": "Armchair"}'').';

create function tests.a_whole_product(name text, price bigint default 1000) returns jsonb
language sql immutable as $$ select jsonb_build_object('name', name, 'price_minor', price, 'currency', 'EUR') $$;
comment on function tests.a_whole_product(text, bigint) is 'All that a product needs to be made of, for tests.fact_set.';

create function tests.fact_count(sku text, version bigint, stock integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'stock.set', 'occurred_at', tests.moment(0), 'provider_ref', sku, 'sku', sku, 'version', version, 'stock', stock
  )
$$;

create function tests.fact_moved(ref text, sku text, change integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'stock.moved', 'occurred_at', tests.moment(0), 'provider_ref', ref, 'sku', sku, 'change', change, 'reason', 'delivery'
  )
$$;

create function tests.fact_calendar(ref text, at integer default 0, more jsonb default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'calendar.changed', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'session_id', null, 'appointment_id', null,
    'starts_at', null, 'ends_at', null, 'status', null, 'meet_link', null
  ) || more
$$;

create function tests.a_time(from_second integer) returns jsonb
language sql stable as $$ select jsonb_build_object('starts_at', tests.moment(from_second), 'ends_at', tests.moment(from_second + 3600)) $$;
comment on function tests.a_time(integer) is 'An hour from that second on, for tests.fact_calendar.';

create function tests.fact_reply(ref text, about jsonb, body text default 'Because.', sender text default 'tutor@tests.example', at integer default 0)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'type', 'reply.received', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'question_id', null, 'ticket_id', null,
    'from', sender, 'body', fact_reply.body, 'authenticated', true,
    'token', learning.reply_token(
      case when sender ilike 'student@%' then 'customer' else 'staff' end, coalesce(about ->> 'question_id', about ->> 'ticket_id')::uuid
    )
  ) || about
$$;
comment on function tests.fact_reply(text, jsonb, text, text, integer) is 'about: {"question_id": "…"} or {"ticket_id": "…"}. It carries the token that its sender was sent, a customer''s for student@….';

create function tests.fact_form(ref text, fields jsonb default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'form.submitted', 'occurred_at', null, 'provider_ref', ref, 'form', 'waiting list', 'email', 'amina@tests.example', 'name', 'Amina',
    'fields', fact_form.fields
  )
$$;

create function tests.fact_membership(ref text, status text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'membership.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'customer_ref', null, 'email', null,
    'product_ref', 'price_1', 'status', status, 'current_period_start', null, 'current_period_end', null, 'cancel_at_period_end', false
  )
$$;

create function tests.fact_bill(invoice text, membership text, outcome text, payment text default null, amount bigint default 1000) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'membership.billed', 'occurred_at', tests.moment(0), 'provider_ref', membership, 'invoice_ref', invoice,
    'payment_ref', payment, 'outcome', outcome, 'amount_minor', amount, 'currency', 'EUR'
  )
$$;

create function tests.fact_meeting(ref text, emails text[] default '{tutor@tests.example,student@tests.example}', at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'meeting.recorded', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'title', 'Title ' || at, 'url', null, 'share_url', null,
    'scheduled_start_at', null, 'scheduled_end_at', null, 'started_at', tests.moment(0), 'ended_at', tests.moment(1800), 'language', 'en',
    'people', (select jsonb_agg(jsonb_build_object('name', initcap(split_part(e, '@', 1)), 'email', e)) from unnest(emails) e),
    'summary_markdown', null, 'action_items', null, 'transcript', null
  )
$$;
comment on function tests.fact_meeting(text, text[], integer) is 'A meeting that was recorded from tests.moment(0) on, for half an hour; nothing to read in it yet.';

create function tests.a_summary(words text default 'What was said.') returns jsonb
language sql immutable as $$ select jsonb_build_object('summary_markdown', words) $$;

create function tests.an_action_item(words text default 'Practise.') returns jsonb
language sql immutable as $$
  select jsonb_build_object('action_items', jsonb_build_array(jsonb_build_object(
    'description', words, 'completed', false, 'assignee_name', null, 'assignee_email', null, 'at_seconds', null, 'url', null
  )))
$$;

create function tests.a_transcript(words text default 'Good morning.') returns jsonb
language sql immutable as $$
  select jsonb_build_object('transcript', jsonb_build_array(jsonb_build_object('speaker', 'Tutor', 'email', null, 'text', words, 'at_seconds', 0)))
$$;

-- Events ---------------------------------------------------------------------------------------------------------------

create sequence tests.event_number;

create function tests.an_event(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'provider', 'tests', 'provider_event_id', id, 'type', 'something.happened', 'subject', null, 'trust', 'signed',
    'occurred_at', tests.moment(0), 'body', json_build_object('id', id)::text, 'headers', '{}'::jsonb, 'facts', to_jsonb(facts), 'error', null
  )
$$;
comment on function tests.an_event(text, jsonb[]) is 'An event as inbox.receive takes it; signed, unless one adds || ''{"trust": …}''.';

create function tests.receive_events(variadic events jsonb[]) returns text
language sql as $$ select string_agg(r.status::text, ' ') from inbox.receive(to_jsonb(events)) r $$;
comment on function tests.receive_events(jsonb[]) is 'Receives them in one call. Returns what became of each: "applied parked".';

create function tests.receive(variadic facts jsonb[]) returns text
language sql as $$
  select tests.receive_events(tests.an_event('evt_' || lpad(nextval('tests.event_number')::text, 9, '0'), variadic facts))
$$;
comment on function tests.receive(jsonb[]) is 'A new event that makes these facts comes in. Returns what became of it.';

create function tests.is_paid(name text, ref text default null, provider text default 'tests') returns text
language sql as $$
  select tests.receive_events(
    tests.an_event('evt_paid_' || is_paid.name || coalesce(is_paid.ref, ''), tests.fact_captured(coalesce(is_paid.ref, 'pi_' || is_paid.name), is_paid.name, s.total_minor, s.currency))
      || jsonb_build_object('provider', is_paid.provider)
  )
  from tests.the_checkout(is_paid.name) s
$$;
comment on function tests.is_paid(text, text, text) is 'A checkout''s money comes: payment pi_<name>.';

create function tests.is_sold(name text, items jsonb default '{"chair": 1}', email text default 'buyer@tests.example') returns void
language sql as $$
  select tests.a_checkout(name, items, email);
  select tests.is_paid(name)
$$;
comment on function tests.is_sold(text, jsonb, text) is 'A checkout that is paid by payment pi_<name>.';

create function tests.begins(key text, fingerprint text default 'f1', caller text default 'guest') returns text
language plpgsql as $$
declare
  v record;
begin
  update commerce.settings s set guest_share = 1 where s.id;
  v := commerce.begin_checkout(caller, key, fingerprint, 'buyer@tests.example', '[{"sku": "chair", "quantity": 2}]', null, null);
  perform tests.remember('cart', v.checkout_session_id::text);
  return v.outcome;
end
$$;
comment on function tests.begins(text, text, text) is 'A call of functions/checkout for two chairs: its outcome. The checkout is remembered as cart.';

create function tests.asked() returns text
language sql as $$ select string_agg(a.provider || ' ' || a.kind || ' ' || a.ref, ', ' order by a.ref) from commerce.claim_status_checks(tests.id('cart')) a $$;
comment on function tests.asked() is 'Whom the waiting buyer of the cart lets us ask now.';

create function tests.passes(seconds integer) returns void
language sql as $$
  update public.checkout_sessions set returned_at = returned_at - make_interval(secs => seconds) where id = tests.id('cart');
  update public.started_payments set asked_at = asked_at - make_interval(secs => seconds) where checkout_session_id = tests.id('cart');
$$;
comment on function tests.passes(integer) is 'Time passes for the buyer of the cart.';

create function tests.the_event(id text) returns inbox.events
language sql stable as $$ select e from inbox.events e where e.provider = 'tests' and e.provider_event_id = the_event.id $$;

create function tests.unconfirmed(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$ select tests.an_event(id, variadic facts) || '{"trust": "unconfirmed"}' $$;

create function tests.confirmed(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$ select tests.an_event(id, variadic facts) || '{"trust": "confirmed", "confirmation": "what the provider says"}' $$;

create function tests.time_passes(id text, how_long interval) returns void
language sql as $$
  update inbox.events e set next_attempt_at = e.next_attempt_at - how_long, received_at = e.received_at - how_long
  where e.provider = 'tests' and e.provider_event_id = time_passes.id
$$;
comment on function tests.time_passes(text, interval) is 'For an event: what was due in an hour is due now.';

create function tests.the_state() returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'events', (select jsonb_object_agg(e.provider_event_id, e.status) from inbox.events e where e.provider = 'tests'),
    'payments', (
      select jsonb_object_agg(p.provider_ref, to_jsonb(p) - '{id,created_at,updated_at,provider,provider_ref,needs_review}'::text[])
      from public.payments p where p.provider = 'tests'
    ),
    'orders', (
      select jsonb_object_agg(p.provider_ref, to_jsonb(o) - '{id,number,payment_id,created_at,updated_at}'::text[])
      from public.orders o join public.payments p on p.id = o.payment_id where p.provider = 'tests'
    ),
    'checkouts', (
      select jsonb_object_agg(s.id, jsonb_build_object('status', s.status, 'stock', (
        select jsonb_object_agg(r.product_id, r.status) from public.stock_reservations r where r.checkout_session_id = s.id
      )))
      from public.checkout_sessions s
    ),
    'products', (select jsonb_object_agg(p.sku, to_jsonb(p) - '{id,created_at,updated_at,version,stock_version,catalog_versions}'::text[]) from public.products p), -- versions count the way, not the end
    'seats', (select jsonb_object_agg(c.name || ' ' || e.email, e.status || case when e.cancelled_by_refund then ' by refund' else '' end) from public.enrollments e join public.cohorts c on c.id = e.cohort_id),
    'parcels', (select jsonb_object_agg(o.checkout_session_id, f.status) from public.fulfillments f join public.orders o on o.id = f.order_id),
    'approvals', (
      select jsonb_object_agg(a.provider_ref || ' ' || ops.iso_utc(a.approved_at), to_jsonb(a) - '{id,created_at,provider,provider_ref,approved_at}'::text[])
      from public.payment_approvals a where a.provider = 'tests'
    ),
    'credits', (
      -- The balance, and not how it came about: a refund that failed leaves no trace when its failure came first.
      select jsonb_object_agg(c.provider_ref || ' of ' || coalesce(c.user_id::text, 'nobody known'), c.balance)
      from (
        select p.provider_ref, l.user_id, sum(l.credits) as balance
        from public.credit_ledger l join public.payments p on p.id = l.payment_id
        where p.provider = 'tests'
        group by p.provider_ref, l.user_id
        having sum(l.credits) <> 0
      ) c
    ),
    'refunds', (
      select jsonb_object_agg(r.provider_ref, to_jsonb(r) - '{id,payment_id,created_at,updated_at}'::text[])
      from public.refunds r where r.provider = 'tests'
    ),
    'disputes', (
      select jsonb_object_agg(d.provider_ref, to_jsonb(d) - '{id,payment_id,created_at,updated_at}'::text[])
      from public.disputes d where d.provider = 'tests'
    ),
    'customers', (
      select jsonb_object_agg(c.provider_ref, to_jsonb(c) - '{id,created_at,updated_at}'::text[])
      from public.customers c where c.provider = 'tests'
    ),
    'memberships', (
      select jsonb_object_agg(m.provider_ref, to_jsonb(m) - '{id,created_at,updated_at}'::text[])
      from public.memberships m where m.provider = 'tests'
    ),
    'sessions', (select jsonb_object_agg(s.title, to_jsonb(s) - '{id,created_at,updated_at,order_item_id}'::text[]) from public.tutoring_sessions s),
    'appointments', (select jsonb_object_agg(a.title, to_jsonb(a) - '{id,created_at,updated_at}'::text[]) from public.appointments a),
    'questions', (select jsonb_object_agg(q.subject, to_jsonb(q) - '{id,created_at,updated_at,answered_at}'::text[]) from public.student_questions q),
    'replies', (
      select jsonb_object_agg(r.provider_ref, to_jsonb(r) - '{id,ticket_id,provider,created_at}'::text[])
      from public.ticket_replies r where r.provider = 'tests'
    ),
    'forms', (
      select jsonb_object_agg(f.provider_ref, to_jsonb(f) - '{id,provider,created_at}'::text[])
      from public.form_submissions f where f.provider = 'tests'
    ),
    'invoices', (
      select jsonb_object_agg(i.provider_ref, to_jsonb(i) - '{id,membership_id,created_at,updated_at}'::text[])
      from public.membership_invoices i where i.provider = 'tests'
    )
  ))
$$;
comment on function tests.the_state() is 'All business state that events decide, without what differs from row to row by nature.';

create function tests.every_order(things jsonb[]) returns setof jsonb[]
language plpgsql stable as $$
begin
  if cardinality(things) <= 1 then
    return next things;
    return;
  end if;
  for i in 1 .. cardinality(things) loop
    return query select array[things[i]] || o from tests.every_order(things[: i - 1] || things[i + 1 :]) o;
  end loop;
end
$$;

create function tests.ends_the_same_in_every_order(description text, variadic events jsonb[]) returns text
language plpgsql as $$
declare
  v_order jsonb[];
  v_state jsonb;
  v_states jsonb := '{}'; -- state → the first order that led there
begin
  for v_order in select tests.every_order(events) loop
    begin
      -- Each by itself, and then all again: duplicates change nothing.
      perform tests.receive_events(e) from unnest(v_order) as e;
      v_state := tests.the_state();
      perform tests.receive_events(e) from unnest(v_order) as e;
      if tests.the_state() <> v_state then
        v_state := tests.the_state() || '{"duplicates": "changed it"}';
      end if;
      raise exception using errcode = 'TS001';
    exception when sqlstate 'TS001' then
      null; -- undone
    end;
    if not v_states ? v_state::text then
      v_states := v_states || jsonb_build_object(v_state::text, (select string_agg(e ->> 'provider_event_id', ', ') from unnest(v_order) e));
    end if;
  end loop;
  return extensions.ok((select count(*) from jsonb_object_keys(v_states)) = 1, description)
    || coalesce((
      select string_agg(E'\n' || extensions.diag(s.value || ' ends in ' || d.differing), '')
      from jsonb_each_text(v_states) s
      cross join lateral (
        -- Only what is not the same in all.
        select jsonb_object_agg(c.key, c.value)::text as differing
        from jsonb_each(s.key::jsonb) c
        where exists (select 1 from jsonb_object_keys(v_states) o where o::jsonb -> c.key is distinct from c.value)
      ) d
      where d.differing is not null
    ), '');
end
$$;
comment on function tests.ends_the_same_in_every_order(text, jsonb[]) is
  'An assertion: these events, received in any order, each once or twice, end in one state.';

-- The reconciler -------------------------------------------------------------------------------------------------------

create function tests.a_provider(reconciled_until timestamptz default now()) returns void
language sql as $$ insert into inbox.providers (name, reconciled_until) values ('tests', a_provider.reconciled_until) $$;

create function tests.the_provider() returns inbox.providers
language sql stable as $$ select p from inbox.providers p where p.name = 'tests' $$;

create function tests.a_reconciliation(name text, since interval default '3 days') returns void
language sql as $$ select tests.remember(name, inbox.reconcile('tests', since => now() - a_reconciliation.since)::text) $$;

create function tests.the_reconciliation(name text) returns inbox.reconciliations
language sql stable as $$ select r from inbox.reconciliations r where r.id = tests.id(name) $$;

create function tests.missing(lists text, variadic events jsonb[]) returns text
language sql stable as $$ select string_agg(m.position::text, ' ') from inbox.missing(to_jsonb(events), lists) m $$;
comment on function tests.missing(text, jsonb[]) is 'The positions of those that had not arrived: "0 2".';

create function tests.knows(fact jsonb) returns boolean
language sql stable as $$ select inbox.knows_fact('tests', fact) $$;

create function tests.to_ask_about() returns text
language sql stable as $$ select string_agg(a.kind || ' ' || a.ref, ', ') from inbox.to_ask_about('tests') a $$;

-- The outbox -----------------------------------------------------------------------------------------------------------

create function tests.a_quiet_outbox() returns void
language sql as $$
  delete from outbox.deliveries;
  delete from outbox.routes;
  delete from outbox.destinations;
  delete from outbox.couriers;
  update outbox.settings set functions_url = null;
$$;
comment on function tests.a_quiet_outbox() is 'No destination, no route, nothing to deliver, no courier, no bell: a test adds its own.';

create function tests.a_destination(
  name text, max_in_flight integer default 100, max_per_second numeric default 1000, breaker_after integer default null
) returns void
language sql as $$
  insert into outbox.destinations (name, max_in_flight, max_per_second, tokens, breaker_after)
  values (
    a_destination.name, a_destination.max_in_flight, a_destination.max_per_second, a_destination.max_per_second, a_destination.breaker_after
  )
$$;

create function tests.the_destination(name text) returns outbox.destinations
language sql stable as $$ select d from outbox.destinations d where d.name = the_destination.name $$;

create function tests.a_delivery(name text, about text default null, destination text default 'tests_a') returns void
language sql as $$
  select outbox.write_message(name, coalesce(about, 'things/' || name), json_build_object('type', name)::text, null, array[a_delivery.destination])
$$;
comment on function tests.a_delivery(text, text, text) is 'A delivery known by its message''s type; about: the record_key.';

create function tests.the_delivery(name text, destination text default 'tests_a') returns outbox.deliveries
language sql stable as $$
  select d from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where m.type = name and d.destination = the_delivery.destination
$$;

create function tests.a_settled(name text, status text, age interval, about text default null, destination text default 'tests_a') returns void
language sql as $$
  select tests.a_delivery(name, about, destination);
  with made as (
    update outbox.messages m
    set created_at = now() - age
    where m.id = (select d.message_id from outbox.deliveries d where d.destination = a_settled.destination order by d.id desc limit 1)
    returning m.id
  )
  update outbox.deliveries d
  set status = a_settled.status::outbox.delivery_status, created_at = now() - age, next_attempt_at = now() - age,
      settled_at = case when a_settled.status <> 'pending' then now() - age end
  from made
  where d.message_id = made.id
$$;
comment on function tests.a_settled(text, text, interval, text, text) is 'A delivery as tests.a_delivery makes it, made and settled so long ago.';

create function tests.a_courier(name text) returns void
language sql as $$ select tests.remember(name, outbox.wake('bell')::text) $$;

create function tests.claim(courier text, at_most integer default 50) returns text
language sql as $$ select string_agg(c.type, ' ' order by c.delivery_id) from outbox.claim(tests.id(courier), at_most) c $$;
comment on function tests.claim(text, integer) is 'What a courier gets: the names of deliveries in the order they were made.';

create function tests.record(courier text, delivery text, outcome text, more jsonb default '{}') returns void
language sql as $$
  select outbox.record(tests.id(courier), jsonb_build_array(jsonb_build_object(
    'delivery_id', (tests.the_delivery(delivery)).id, 'attempt', (tests.the_delivery(delivery)).attempts, 'outcome', outcome,
    'started_at', now(), 'duration_ms', 12, 'status_code', 200, 'error', null, 'response_body', 'ok', 'retry_after_ms', null
  ) || more))
$$;

create function tests.record_all(courier text, outcome text, more jsonb default '{}', destination text default 'tests_a') returns void
language sql as $$
  select outbox.record(tests.id(record_all.courier), jsonb_agg(jsonb_build_object(
    'delivery_id', d.id, 'attempt', d.attempts, 'outcome', outcome, 'started_at', now(), 'duration_ms', 12, 'status_code', 200
  ) || more order by d.id))
  from outbox.deliveries d where d.status = 'sending' and d.destination = record_all.destination
$$;
comment on function tests.record_all(text, text, jsonb, text) is 'All that a destination is being sent comes to the same end, in one call.';

create function tests.hold_passes(destination text default 'tests_a') returns void
language sql as $$ update outbox.destinations d set held_until = clock_timestamp() where d.name = hold_passes.destination $$;

create function tests.the_hold(destination text default 'tests_a') returns integer
language sql volatile as $$
  select extract(epoch from d.held_until - clock_timestamp() + interval '0.5 seconds')::integer from outbox.destinations d where d.name = the_hold.destination
$$;
comment on function tests.the_hold(text) is 'For how many seconds from now nothing is sent; negative: it has passed.';

create function tests.comes_due(delivery text) returns void
language sql as $$ update outbox.deliveries d set next_attempt_at = now() where d.id = (tests.the_delivery(delivery)).id $$;

-- Messages of the latest changes of one record, as a receiver gets them.
create function tests.the_messages(about text) returns setof jsonb
language sql stable as $$ select m.payload::jsonb from outbox.messages m where m.record_key = about order by m.sequence $$;

-- The schema as a whole --------------------------------------------------------------------------------------------------

create function tests.our_schemas() returns setof oid
language sql stable as $$
  select n.oid from pg_namespace n
  where n.nspname !~ '^pg_'
    and n.nspname not in (
      'tests', 'information_schema', 'auth', 'extensions', 'net', 'cron', 'vault', 'realtime', '_realtime', 'storage', 'graphql', 'graphql_public',
      'pgbouncer', 'pgsodium', 'pgsodium_masks', 'pgmq', 'supabase_migrations', 'supabase_functions', '_analytics', '_supavisor'
    )
$$;
comment on function tests.our_schemas() is 'All schemas that are not Postgres'' or Supabase''s own, so that a new one of ours is not forgotten.';

create function tests.our_relations(kinds text default 'rpvmf') returns setof oid
language sql stable as $$
  select c.oid from pg_class c
  where c.relnamespace in (select tests.our_schemas()) and position(c.relkind::text in kinds) > 0
    and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
$$;

create function tests.our_functions() returns setof oid
language sql stable as $$
  select p.oid from pg_proc p
  where p.pronamespace in (select tests.our_schemas())
    and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
$$;

create function tests.name_of(relation oid) returns text
language sql stable as $$ select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation $$;

create function tests.signature_of(procedure oid) returns text
language sql stable as $$
  select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = procedure
$$;

create function tests.refusal(statement text) returns text
language plpgsql as $$
declare
  v_state text;
  v_word text;
begin
  begin
    execute statement;
    raise exception using errcode = 'TS001';
  exception
    when sqlstate 'TS001' then
      return 'taken';
    when others then
      get stacked diagnostics v_state = returned_sqlstate, v_word = pg_exception_detail;
  end;
  return concat_ws(' ', v_state, nullif(v_word, ''));
end
$$;
comment on function tests.refusal(text) is 'How a statement is refused, such as "P0001 sold_out": the SQLSTATE, and the word for programs. "taken": it is not, and is undone.';

-- Assertions -----------------------------------------------------------------------------------------------------------

create function tests.is_refused(statement text, by_constraint text, description text) returns text
language plpgsql as $$
declare
  v_constraint text;
begin
  begin
    execute statement;
    raise exception using errcode = 'TS001';
  exception
    when sqlstate 'TS001' then
      return extensions.ok(false, description) || E'\n' || extensions.diag('it was taken: ' || statement);
    when integrity_constraint_violation then
      get stacked diagnostics v_constraint = constraint_name;
  end;
  return extensions.is(v_constraint, by_constraint, description);
end
$$;
comment on function tests.is_refused(text, text, text) is 'An assertion: the constraint of this name refuses the statement.';
