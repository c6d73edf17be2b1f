-- Products, checkouts, orders and payments; cohorts, courses and tutoring sessions.

create function tests.a_product(
  sku text, price bigint default 1000, stock integer default 10, currency text default 'EUR', active boolean
  default true
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
language sql immutable as $$ select jsonb_agg(jsonb_build_object('sku', i.key, 'quantity', i.value))
  from jsonb_each(items) i $$;
comment on function tests.items(jsonb) is '{"chair": 2} as commerce.open_checkout takes it.';

create function tests.a_checkout(name text, items jsonb default '{"chair": 1}', email text
  default 'buyer@tests.example') returns void
language sql as $$ select tests.remember(name,
  commerce.open_checkout(a_checkout.email, tests.items(a_checkout.items))::text) $$;

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

create function tests.a_pack(sku text, credits integer default 10, price bigint default 1000, stock integer
  default null) returns void
language sql as $$
  insert into public.products (sku, name, price_minor, currency, stock, kind, credits)
  values (a_pack.sku, initcap(a_pack.sku), price, 'EUR', a_pack.stock, 'credit_pack', a_pack.credits)
$$;

create function tests.a_lesson(sku text, tutor text default 'tutor@tests.example', price bigint default 1000,
  minutes integer default 60, stock integer default null)
returns void language sql as $$
  insert into public.products (sku, name, price_minor, currency, stock, kind, tutor_email, session_minutes)
  values (a_lesson.sku, initcap(a_lesson.sku), price, 'EUR', a_lesson.stock, 'tutoring_session', tutor, minutes)
$$;
comment on function tests.a_lesson(text, text, bigint, integer, integer) is 'A product of kind tutoring_session.';

create function tests.a_booking(name text, lesson text, starts_in interval, email text default 'buyer@tests.example')
  returns void
language sql as $$
  select tests.remember(name, commerce.open_checkout(
    a_booking.email, jsonb_build_array(jsonb_build_object('sku', lesson, 'quantity', 1, 'starts_at',
      ops.iso_utc(now() + starts_in)))
  )::text)
$$;
comment on function tests.a_booking(text, text, interval, text) is
  'A checkout of a tutoring session, this long from now.';

create function tests.teaches(
  weekday integer, opens_at time, closes_at time, time_zone text default 'UTC', tutor text
  default 'tutor@tests.example'
) returns void language sql as $$
  insert into public.tutor_hours (tutor_id, weekday, opens_at, closes_at, time_zone)
  select t.id, teaches.weekday, teaches.opens_at, teaches.closes_at, teaches.time_zone
  from public.tutors t where t.email = tutor
$$;
comment on function tests.teaches(integer, time, time, text, text) is
  'Hours of a tutor, each week; the tutor has a lesson already.';

create function tests.free(since timestamptz, until timestamptz, minutes integer default null, tutor text
  default 'tutor@tests.example') returns text
language sql stable as $$
  select string_agg(to_char(f.starts_at at time zone 'UTC', 'DD HH24:MI'), ', ' order by f.starts_at)
  from tutoring.free_times(free.tutor, free.since, free.until, free.minutes) f
$$;
comment on function tests.free(timestamptz, timestamptz, integer, text) is
  'A tutor''s free times, in UTC: "01 09:00, 01 09:30".';

create function tests.next_monday(at time default '00:00') returns timestamptz
language sql stable as $$
  select (date_trunc('week', now() at time zone 'UTC') + interval '14 days' + next_monday.at) at time zone 'UTC'
$$;
comment on function tests.next_monday(time) is 'The Monday of the week after next, in UTC.';

create function tests.the_seats(cohort text) returns text
language sql stable as $$
  select string_agg(e.email || ' ' || e.status, ', ' order by e.email) from public.enrollments e
    where e.cohort_id = tests.id(cohort)
$$;
comment on function tests.the_seats(text) is 'The seats of a cohort: "amina@tests.example active".';

create function tests.the_lessons(tutor text default 'tutor@tests.example') returns text
language sql stable as $$
  select string_agg(s.student_email || ' ' || s.status, ', ' order by s.starts_at, s.student_email)
    from public.tutoring_sessions s where s.tutor_email = tutor
$$;

create function tests.the_ledger(sku text) returns text
language sql stable as $$
  select string_agg(m.quantity || ' ' || m.reason, ', ' order by m.reason, m.quantity) from public.stock_movements m
    where m.product_id = (tests.the_product(sku)).id
$$;
comment on function tests.the_ledger(text) is
  'The movements of a product''s stock by reason: "10 opened, -2 reserved".';

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
language sql stable as $$ select i from public.membership_invoices i where i.provider = 'tests'
  and i.provider_ref = ref $$;

create function tests.the_credits(payment text) returns bigint
language sql stable as $$ select sum(l.credits) from public.credit_ledger l
  where l.payment_id = (tests.the_payment(payment)).id $$;
comment on function tests.the_credits(text) is
  'What is left of the credits that a payment bought; null when it never bought any.';

create function tests.a_course(name text, capacity integer default 10, instructor text default null, published boolean
  default true) returns void
language sql as $$
  select tests.a_cohort(name, capacity);
  update public.cohorts c set published = a_course.published where c.id = tests.id(name);
  select tests.a_seat(name, name);
  insert into public.cohort_instructors (cohort_id, user_id) select tests.id(name), tests.create_user(instructor)
    where instructor is not null;
$$;
comment on function tests.a_course(text, integer, text, boolean) is
  'A cohort and the product that sells its seats, by one name. The instructor''s account is made too.';

create function tests.enrol(cohort text, email text) returns void
language sql as $$ insert into public.enrollments (cohort_id, email) values (tests.id(cohort), enrol.email) $$;
comment on function tests.enrol(text, text) is 'Enrols, as an admin does.';

create function tests.the_seat(cohort text, email text) returns public.enrollments
language sql stable as $$ select e from public.enrollments e where e.cohort_id = tests.id(cohort)
  and e.email = the_seat.email $$;

create function tests.free_seats(cohort text) returns integer
language sql stable as $$ select learning.free_seats(tests.id(cohort)) $$;

create function tests.the_booking(name text) returns public.tutoring_sessions
language sql stable as $$
  select s from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
    where i.order_id = (tests.the_order(the_booking.name)).id
$$;
comment on function tests.the_booking(text) is 'The session that a paid checkout booked.';

create function tests.a_session(
  name text, at integer default 0, tutor text default 'tutor@tests.example', student text
  default 'student@tests.example',
  status text default 'scheduled', lasts interval default '1 hour'
) returns void
language sql as $$
  with made as (
    insert into public.tutoring_sessions (title, status, starts_at, ends_at, tutor_email, student_email)
    values (
      a_session.name, a_session.status::public.tutoring_session_status, tests.moment(at)::timestamptz,
      tests.moment(at)::timestamptz + lasts,
      tutor, student
    )
    returning id
  )
  select tests.remember(name, made.id::text) from made
$$;
comment on function tests.a_session(text, integer, text, text, text, interval) is
  'A tutoring session; at: seconds after tests.moment(0).';

create function tests.the_session(name text) returns public.tutoring_sessions
language sql stable as $$ select s from public.tutoring_sessions s where s.id = tests.id(name) $$;

create function tests.the_recap(ref text) returns public.session_recaps
language sql stable as $$ select r from public.session_recaps r where r.provider = 'tests' and r.provider_ref = ref $$;

create function tests.the_transcript(ref text) returns jsonb
language sql stable as $$ select t.transcript from public.session_transcripts t
  where t.session_recap_id = (tests.the_recap(ref)).id $$;

create function tests.notified(ref text) returns text
language sql stable as $$
  select string_agg(u.email, ' ' order by u.email)
  from public.notifications n join auth.users u on u.id = n.user_id where n.session_recap_id = (tests.the_recap(ref)).id
$$;
comment on function tests.notified(text) is 'The addresses of the people who are notified of a recap: "a@… b@…".';

create function tests.the_approval(ref text, at integer default 0) returns public.payment_approvals
language sql stable as $$
  select a from public.payment_approvals a where a.provider = 'tests' and a.provider_ref = ref
    and a.approved_at = tests.moment(at)::timestamptz
$$;

create function tests.may_capture(ref text) returns text
language sql stable as $$ select coalesce(m.outcome, 'yes') || coalesce(': ' || m.reason, '')
  from commerce.may_capture((tests.the_approval(ref)).id) m $$;

create function tests.a_rate(countries text[], price bigint, up_to_grams integer default null, currency text
  default 'EUR') returns void
language sql as $$
  insert into public.shipping_rates (name, countries, currency, price_minor, up_to_grams)
  values ('Post', a_rate.countries, a_rate.currency, price, a_rate.up_to_grams)
$$;

create function tests.a_discount(code text, percent numeric default null, amount bigint default null, more jsonb
  default '{}') returns void
language sql as $$
  insert into public.discounts (code, percent, amount_minor, currency, minimum_minor, skus, starts_at, ends_at,
    max_uses, once_per_buyer, active)
  select a_discount.code, a_discount.percent, amount, coalesce(m.currency, case when amount is not null then 'EUR' end),
    coalesce(m.minimum_minor, 0), m.skus, m.starts_at, m.ends_at, m.max_uses, coalesce(m.once_per_buyer, false),
    coalesce(m.active, true)
  from jsonb_populate_record(null::public.discounts, more) m
$$;
comment on function tests.a_discount(text, numeric, bigint, jsonb) is 'more: other columns, such as {"max_uses": 1}.';

create function tests.an_address(country text default 'DE') returns jsonb
language sql immutable as $$
  select jsonb_build_object('line1', 'Lindenstr. 5', 'line2', null, 'city', 'Berlin', 'region', null, 'postal_code',
    '10969', 'country', an_address.country)
$$;

create function tests.a_shipment(name text, options jsonb default '{}', items jsonb default '{"chair": 1}', email text
  default 'buyer@tests.example') returns void
language sql as $$
  select tests.remember(name, commerce.open_checkout(a_shipment.email, tests.items(a_shipment.items), null, null,
    options)::text)
$$;
comment on function tests.a_shipment(text, jsonb, jsonb, text) is
  'A checkout with options: {"shipping_country": "DE", "discount_code": "TENTH"}.';

create function tests.the_price(name text) returns text
language sql stable as $$
  select format('%s - %s + %s + %s = %s', commerce.subtotal(s), s.discount_minor, s.shipping_minor, s.tax_minor,
    s.total_minor)
  from public.checkout_sessions s where s.id = tests.id(name)
$$;
comment on function tests.the_price(text) is 'Of a checkout: items - discount + shipping + tax = total.';

create function tests.the_use(name text) returns text
language sql stable as $$ select u.status::text from public.discount_uses u
  where u.checkout_session_id = tests.id(name) $$;
