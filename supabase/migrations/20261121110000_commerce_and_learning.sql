SET local check_function_bodies = off;

DROP POLICY "buyers read the items of their own checkouts" ON "public"."checkout_items";

DROP POLICY "buyers read their own checkouts" ON "public"."checkout_sessions";

DROP POLICY "people read their own credits" ON "public"."credit_ledger";

DROP POLICY "buyers read their own customer record" ON "public"."customers";

DROP POLICY "members read their own membership" ON "public"."memberships";

DROP POLICY "buyers read the items of their own orders" ON "public"."order_items";

DROP POLICY "buyers read their own orders" ON "public"."orders";

DROP POLICY "buyers read their own payments" ON "public"."payments";

DROP POLICY "buyers read the refunds of their own payments" ON "public"."refunds";

DROP POLICY "tutors and students read the recaps of their own sessions" ON "public"."session_recaps";

DROP POLICY "tutors and students read their own sessions" ON "public"."tutoring_sessions";

DROP VIEW "ops"."attention";

ALTER TABLE "public"."checkout_items"
  DROP CONSTRAINT "a_checkout_lists_a_product_once";

ALTER TABLE "public"."order_items"
  DROP CONSTRAINT "an_order_lists_a_product_once";

ALTER TABLE "public"."stock_reservations"
  DROP CONSTRAINT "a_checkout_reserves_a_product_once";

DROP FUNCTION "commerce"."open_checkout"(text, jsonb);

DROP FUNCTION "commerce"."reserve_stock"(uuid, uuid, integer);

DROP FUNCTION "tutoring"."my_email"();

CREATE SCHEMA "learning";

CREATE TABLE "ops"."audits" (
  "started_at"  timestamp with time zone NOT NULL,
  "finished_at" timestamp with time zone NOT NULL,
  "ran_by"      text                     NOT NULL DEFAULT SESSION_USER,
  "found"       integer                  NOT NULL,
  "findings"    jsonb                    NOT NULL,
  CONSTRAINT "an_audit_ends_after_it_began" CHECK ((finished_at >= started_at)),
  CONSTRAINT "findings_are_a_list" CHECK ((jsonb_typeof(findings) = 'array'::text)),
  CONSTRAINT "what_was_found_is_kept" CHECK (((found >= jsonb_array_length(findings)) AND ((found = 0) = (findings = '[]'::jsonb)))),
  "id"          uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "audits_pkey" PRIMARY KEY (id)
);

ALTER TABLE "ops"."audits"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."admins" (
  "user_id"    uuid                     NOT NULL,
  "note"       text,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "admins_pkey" PRIMARY KEY (user_id)
);

ALTER TABLE "public"."admins"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."admins" FROM "anon";

CREATE TABLE "public"."appointments" (
  "user_id"            uuid,
  "email"              text,
  "instructor_user_id" uuid,
  "cohort_id"          uuid,
  "title"              text                     NOT NULL,
  "starts_at"          timestamp with time zone NOT NULL,
  "ends_at"            timestamp with time zone NOT NULL,
  CONSTRAINT "a_title_is_not_blank" CHECK (((title ~ '\S'::text) AND (length(title) <= 200))),
  CONSTRAINT "an_address_is_lower_case" CHECK (((email = lower(email)) AND (length(email) <= 320))),
  CONSTRAINT "an_appointment_ends_after_it_starts" CHECK ((ends_at > starts_at)),
  CONSTRAINT "an_appointment_is_somebodys" CHECK ((num_nonnulls(user_id, email) > 0)),
  "id"                 uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "appointments_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."appointments"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."appointments" FROM "anon";

CREATE TABLE "public"."checkout_requests" (
  "caller"              text                     NOT NULL,
  "key"                 text                     NOT NULL,
  "fingerprint"         text                     NOT NULL,
  "checkout_session_id" uuid,
  "answer"              jsonb,
  "claimed_until"       timestamp with time zone NOT NULL,
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "checkout_requests_pkey" PRIMARY KEY (caller, key)
);

ALTER TABLE "public"."checkout_requests"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."checkout_requests" FROM "anon", "authenticated", "service_role";

CREATE TABLE "public"."cohort_instructors" (
  "cohort_id"  uuid                     NOT NULL,
  "user_id"    uuid                     NOT NULL,
  "created_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "cohort_instructors_pkey" PRIMARY KEY (cohort_id, user_id)
);

ALTER TABLE "public"."cohort_instructors"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."cohort_instructors" FROM "anon";

CREATE TABLE "public"."cohort_messages" (
  "cohort_id"      uuid                     NOT NULL,
  "body"           text                     NOT NULL,
  "hidden_at"      timestamp with time zone,
  "created_at"     timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_body_is_not_blank" CHECK (((body ~ '\S'::text) AND (length(body) <= 20000))),
  "id"             uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "cohort_messages_pkey" PRIMARY KEY (id),
  "author_user_id" uuid                     DEFAULT auth.uid()
);

ALTER TABLE "public"."cohort_messages"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."cohort_messages" FROM "anon";

CREATE TABLE "public"."cohorts" (
  "name"        text                     NOT NULL,
  "description" text,
  "capacity"    integer                  NOT NULL,
  "starts_at"   timestamp with time zone,
  "ends_at"     timestamp with time zone,
  "published"   boolean                  NOT NULL DEFAULT true,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_capacity_is_not_negative" CHECK ((capacity >= 0)),
  CONSTRAINT "a_cohort_ends_after_it_starts" CHECK ((ends_at > starts_at)),
  CONSTRAINT "a_description_is_short" CHECK ((length(description) <= 20000)),
  CONSTRAINT "a_name_is_not_blank" CHECK (((name ~ '\S'::text) AND (length(name) <= 200))),
  "id"          uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "cohorts_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."cohorts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."enrollments" (
  "cohort_id" uuid NOT NULL,
  "email"     text NOT NULL,
  "user_id"   uuid,
  CONSTRAINT "a_person_enrols_once_in_a_cohort" UNIQUE (cohort_id, email),
  CONSTRAINT "an_address_is_lower_case" CHECK ((email = lower(email))),
  CONSTRAINT "an_address_is_short" CHECK ((length(email) <= 320)),
  "id"        uuid NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "enrollments_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."enrollments"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."enrollments" FROM "anon";

CREATE TABLE "public"."error_reports" (
  "app"         text                     NOT NULL,
  "version"     text,
  "message"     text                     NOT NULL,
  "details"     jsonb,
  "occurred_at" timestamp with time zone NOT NULL DEFAULT now(),
  "resolved_at" timestamp with time zone,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_message_is_not_blank" CHECK (((message ~ '\S'::text) AND (length(message) <= 2000))),
  CONSTRAINT "a_version_is_short" CHECK ((length(version) <= 100)),
  CONSTRAINT "an_app_is_not_blank" CHECK (((app ~ '\S'::text) AND (length(app) <= 100))),
  CONSTRAINT "details_are_at_most_20_kb" CHECK ((octet_length((details)::text) <= 20480)),
  "id"          uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "error_reports_pkey" PRIMARY KEY (id),
  "user_id"     uuid                     DEFAULT auth.uid()
);

ALTER TABLE "public"."error_reports"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."error_reports" FROM "anon";

CREATE TABLE "public"."form_submissions" (
  "provider"     text                     NOT NULL,
  "provider_ref" text                     NOT NULL,
  "form"         text                     NOT NULL,
  "email"        text,
  "name"         text,
  "fields"       jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "created_at"   timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_form_is_not_blank" CHECK (((form ~ '\S'::text) AND (length(form) <= 200))),
  CONSTRAINT "a_form_is_submitted_once" UNIQUE (PROVIDER, provider_ref),
  CONSTRAINT "a_name_is_short" CHECK ((length(name) <= 200)),
  CONSTRAINT "an_address_is_lower_case" CHECK (((email = lower(email)) AND (length(email) <= 320))),
  CONSTRAINT "fields_are_at_most_100_kb" CHECK ((octet_length((fields)::text) <= 102400)),
  CONSTRAINT "fields_have_names" CHECK ((jsonb_typeof(fields) = 'object'::text)),
  "id"           uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "form_submissions_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."form_submissions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."form_submissions" FROM "anon";

CREATE TABLE "public"."fulfillments" (
  "order_id" uuid NOT NULL,
  CONSTRAINT "an_order_is_sent_once" UNIQUE (order_id),
  "id"       uuid NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "fulfillments_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."fulfillments"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."fulfillments" FROM "anon";

CREATE TABLE "public"."product_prices" (
  "product_id"  uuid                     NOT NULL,
  "currency"    text                     NOT NULL,
  "price_minor" bigint                   NOT NULL,
  "created_at"  timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_currency_is_an_iso_code" CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT "a_price_is_not_negative" CHECK ((price_minor >= 0)),
  CONSTRAINT "product_prices_pkey" PRIMARY KEY (product_id, currency)
);

ALTER TABLE "public"."product_prices"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."refund_requests" (
  "payment_id"   uuid   NOT NULL,
  "amount_minor" bigint NOT NULL,
  "currency"     text   NOT NULL,
  CONSTRAINT "a_currency_is_an_iso_code" CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT "something_goes_back" CHECK ((amount_minor > 0)),
  "id"           uuid   NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "refund_requests_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."refund_requests"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."refund_requests" FROM "anon";

CREATE TABLE "public"."started_payments" (
  "checkout_session_id" uuid                     NOT NULL,
  "provider"            text                     NOT NULL,
  "kind"                text                     NOT NULL,
  "provider_ref"        text                     NOT NULL,
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  "asked_at"            timestamp with time zone,
  "times_asked"         integer                  NOT NULL DEFAULT 0,
  "close_requested_at"  timestamp with time zone,
  "closed_at"           timestamp with time zone,
  CONSTRAINT "a_kind_is_what_providers_have" CHECK ((kind = ANY (ARRAY['checkout_session'::text, 'payment_intent'::text, 'order'::text, 'transaction'::text]))),
  CONSTRAINT "a_provider_names_what_was_started_once" UNIQUE (PROVIDER, provider_ref),
  "id"                  uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "started_payments_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."started_payments"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."started_payments" FROM "anon";

CREATE TABLE "public"."stock_movements" (
  "product_id" uuid    NOT NULL,
  "quantity"   integer NOT NULL,
  CONSTRAINT "a_movement_moves_something" CHECK ((quantity <> 0)),
  "id"         uuid    NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "stock_movements_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."stock_movements"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."stock_movements" FROM "anon";

CREATE TABLE "public"."student_questions" (
  "cohort_id"   uuid,
  "subject"     text                     NOT NULL,
  "question"    text                     NOT NULL,
  "answer"      text,
  "answered_at" timestamp with time zone,
  "answered_by" uuid,
  CONSTRAINT "a_question_is_not_blank" CHECK (((question ~ '\S'::text) AND (length(question) <= 20000))),
  CONSTRAINT "a_subject_is_not_blank" CHECK (((subject ~ '\S'::text) AND (length(subject) <= 200))),
  CONSTRAINT "an_answer_is_not_blank" CHECK (((answer ~ '\S'::text) AND (length(answer) <= 20000))),
  CONSTRAINT "only_an_answer_is_somebodys" CHECK (((answered_by IS NULL) OR (answer IS NOT NULL))),
  "id"          uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "student_questions_pkey" PRIMARY KEY (id),
  "user_id"     uuid                     DEFAULT auth.uid()
);

ALTER TABLE "public"."student_questions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."student_questions" FROM "anon";

CREATE TABLE "public"."support_tickets" (
  "number"  bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1001 CACHE 1 NO CYCLE) NOT NULL,
  "subject" text   NOT NULL,
  "body"    text   NOT NULL,
  CONSTRAINT "a_body_is_not_blank" CHECK (((body ~ '\S'::text) AND (length(body) <= 20000))),
  CONSTRAINT "a_number_names_one_ticket" UNIQUE (number),
  CONSTRAINT "a_subject_is_not_blank" CHECK (((subject ~ '\S'::text) AND (length(subject) <= 200))),
  "id"      uuid   NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "support_tickets_pkey" PRIMARY KEY (id),
  "user_id" uuid   DEFAULT auth.uid()
);

ALTER TABLE "public"."support_tickets"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."support_tickets" FROM "anon";

CREATE TABLE "public"."ticket_replies" (
  "ticket_id"      uuid NOT NULL,
  "body"           text NOT NULL,
  CONSTRAINT "a_body_is_not_blank" CHECK (((body ~ '\S'::text) AND (length(body) <= 20000))),
  "id"             uuid NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "ticket_replies_pkey" PRIMARY KEY (id),
  "author_user_id" uuid DEFAULT auth.uid()
);

ALTER TABLE "public"."ticket_replies"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."ticket_replies" FROM "anon";

ALTER TABLE "public"."checkout_sessions"
  ADD COLUMN "cancelled_at" timestamp WITH time zone;

ALTER TABLE "public"."checkout_sessions"
  ADD COLUMN "returned_at" timestamp WITH time zone;

ALTER TABLE "public"."stock_reservations"
  ADD COLUMN "cohort_id" uuid;

ALTER TABLE "public"."stock_reservations"
  ADD COLUMN "tutor_email" text;

ALTER TABLE "public"."stock_reservations"
  ADD COLUMN "starts_at" timestamp WITH time zone;

ALTER TABLE "public"."stock_reservations"
  ADD COLUMN "ends_at" timestamp WITH time zone;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "calendar_as_of" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "cancelled_by_calendar" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "order_item_id" uuid;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "cancelled_by_refund" boolean NOT NULL DEFAULT false;

REVOKE ALL ON SEQUENCE "public"."support_tickets_number_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."support_tickets_number_seq" FROM "authenticated";

REVOKE ALL ON SEQUENCE "public"."support_tickets_number_seq" FROM "service_role";

CREATE TYPE "public"."appointment_status" AS ENUM (
  'requested',
  'confirmed',
  'cancelled',
  'completed'
);

ALTER TABLE "public"."appointments"
  ADD COLUMN "status" public.appointment_status NOT NULL DEFAULT 'requested'::public.appointment_status;

ALTER TABLE "public"."appointments"
  ADD COLUMN "meet_link" text;

ALTER TABLE "public"."appointments"
  ADD COLUMN "calendar_event_id" text;

ALTER TABLE "public"."appointments"
  ADD COLUMN "calendar_as_of" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."appointments"
  ADD COLUMN "cancelled_by_calendar" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."appointments"
  ADD COLUMN "note" text;

ALTER TABLE "public"."appointments"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."appointments"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."enrollment_status" AS ENUM (
  'active',
  'completed',
  'cancelled'
);

ALTER TABLE "public"."enrollments"
  ADD COLUMN "status" public.enrollment_status NOT NULL DEFAULT 'active'::public.enrollment_status;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "order_item_id" uuid;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "cancelled_by_refund" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "note" text;

ALTER TABLE "public"."enrollments"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."enrollments"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."fulfillment_status" AS ENUM (
  'pending',
  'packed',
  'shipped',
  'delivered',
  'returned',
  'cancelled'
);

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "status" public.fulfillment_status NOT NULL DEFAULT 'pending'::public.fulfillment_status;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "carrier" text;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "tracking_code" text;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "tracking_url" text;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "note" text;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "cancelled_by_refund" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "shipped_at" timestamp WITH time zone;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "delivered_at" timestamp WITH time zone;

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."fulfillments"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."product_kind" AS ENUM (
  'goods',
  'cohort_seat',
  'tutoring_session',
  'credit_pack'
);

ALTER TABLE "public"."checkout_items"
  ADD COLUMN "kind" public.product_kind NOT NULL DEFAULT 'goods'::public.product_kind;

ALTER TABLE "public"."checkout_items"
  ADD COLUMN "cohort_id" uuid;

ALTER TABLE "public"."checkout_items"
  ADD COLUMN "credits" integer;

ALTER TABLE "public"."checkout_items"
  ADD COLUMN "starts_at" timestamp WITH time zone;

ALTER TABLE "public"."checkout_items"
  ADD COLUMN "reserved" boolean NOT NULL DEFAULT true;

ALTER TABLE "public"."order_items"
  ADD COLUMN "kind" public.product_kind NOT NULL DEFAULT 'goods'::public.product_kind;

ALTER TABLE "public"."order_items"
  ADD COLUMN "cohort_id" uuid;

ALTER TABLE "public"."order_items"
  ADD COLUMN "credits" integer;

ALTER TABLE "public"."order_items"
  ADD COLUMN "starts_at" timestamp WITH time zone;

ALTER TABLE "public"."order_items"
  ADD COLUMN "restocked" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."order_items"
  ADD COLUMN "settled_without_stock" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."products"
  ADD COLUMN "kind" public.product_kind NOT NULL DEFAULT 'goods'::public.product_kind;

ALTER TABLE "public"."products"
  ADD COLUMN "cohort_id" uuid;

ALTER TABLE "public"."products"
  ADD COLUMN "credits" integer;

ALTER TABLE "public"."products"
  ADD COLUMN "tutor_email" text;

ALTER TABLE "public"."products"
  ADD COLUMN "session_minutes" integer;

ALTER TABLE "public"."products"
  ADD COLUMN "version" bigint NOT NULL DEFAULT 1;

ALTER TABLE "public"."products"
  ADD COLUMN "stock_version" bigint NOT NULL DEFAULT 1;

ALTER TABLE "public"."products"
  ADD COLUMN "catalog_versions" jsonb NOT NULL DEFAULT '{"all": 1}'::jsonb;

CREATE TYPE "public"."refund_request_status" AS ENUM (
  'requested',
  'sent',
  'refused'
);

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "status" public.refund_request_status NOT NULL DEFAULT 'requested'::public.refund_request_status;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "restock" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "requested_by" text NOT NULL;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "provider_ref" text;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "error" text;

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."refund_requests"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."stock_reason" AS ENUM (
  'opened',
  'reserved',
  'released',
  'restocked',
  'counted',
  'moved',
  'corrected'
);

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "reason" public.stock_reason NOT NULL;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "checkout_session_id" uuid;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "order_id" uuid;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "provider" text;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "provider_ref" text;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "note" text;

ALTER TABLE "public"."stock_movements"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."ticket_priority" AS ENUM (
  'low',
  'normal',
  'high',
  'urgent'
);

CREATE TYPE "public"."ticket_status" AS ENUM (
  'open',
  'waiting',
  'closed'
);

ALTER TABLE "public"."support_tickets"
  ADD COLUMN "status" public.ticket_status NOT NULL DEFAULT 'open'::public.ticket_status;

ALTER TABLE "public"."support_tickets"
  ADD COLUMN "priority" public.ticket_priority NOT NULL DEFAULT 'normal'::public.ticket_priority;

ALTER TABLE "public"."support_tickets"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."support_tickets"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."written_by" AS ENUM (
  'app',
  'email'
);

ALTER TABLE "public"."student_questions"
  ADD COLUMN "answer_source" public.written_by;

ALTER TABLE "public"."student_questions"
  ADD COLUMN "as_of" timestamp WITH time zone;

ALTER TABLE "public"."student_questions"
  ADD COLUMN "as_of_event" text;

ALTER TABLE "public"."student_questions"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."student_questions"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "source" public.written_by NOT NULL DEFAULT 'app'::public.written_by;

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "provider" text;

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "provider_ref" text;

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION commerce.accept_payment (
  payment_id uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
  v_checkout public.checkout_sessions;
begin
  v_payment := commerce.lock_payment(accept_payment.payment_id);
  if v_payment.needs_review is distinct from true then
    raise exception 'payment % does not need review', accept_payment.payment_id using hint = 'select * from public.payments where needs_review';
  end if;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_payment.checkout_session_id for no key update;
  if v_checkout.id is null or v_checkout.status = 'payment_completed' then
    raise exception 'payment % has no checkout that could become an order', accept_payment.payment_id
      using hint = 'Refund it at the provider; the refund''s webhook then closes it here. Or commerce.close_review, when it is to be kept.';
  end if;
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now() where p.id = v_payment.id;
  return commerce.make_order(v_payment, v_checkout);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.apply_payment (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_status public.payment_status := split_part(fact ->> 'type', '.', 2);
  v_at timestamptz := fact ->> 'occurred_at';
  v_amount bigint := fact ->> 'amount_minor';
  v_currency text := fact ->> 'currency';
  v_named uuid := fact ->> 'checkout_session_id';
  v_old public.payments;
  v public.payments;
  v_checkout public.checkout_sessions;
begin
  select p.* into v_old
  from public.payments p
  where p.provider = apply_payment.provider and p.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v := v_old;
  if v.id is null then
    v.id := ops.uuid7();
    v.provider := apply_payment.provider;
    v.provider_ref := fact ->> 'provider_ref';
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
    v.refunded_minor := 0;
    v.needs_review := false;
  end if;
  select s.* into v_checkout from public.checkout_sessions s where s.id = coalesce(v.checkout_session_id, v_named) for no key update;
  v.checkout_session_id := v_checkout.id;
  v.user_id := v_checkout.user_id;

  if v_status > v.status then
    v.status := v_status;
    v.amount_minor := v_amount;
    v.currency := v_currency;
  elsif v_status = v.status or (v_status = 'captured' and v.status > 'captured') then
    if (v.amount_minor, v.currency) is distinct from (v_checkout.total_minor, v_checkout.currency)
      and ((v_amount, v_currency) = (v_checkout.total_minor, v_checkout.currency) or (v_amount, v_currency) > (v.amount_minor, v.currency)) then
      v.amount_minor := v_amount;
      v.currency := v_currency;
    end if;
  end if;
  if v_status = 'captured' then
    v.captured_at := least(v.captured_at, v_at);
  elsif v_status = 'failed' and (
    v.failed_at is null
    or (v_at, coalesce(fact ->> 'failure_code', ''), coalesce(fact ->> 'failure_message', ''))
      > (v.failed_at, coalesce(v.failure_code, ''), coalesce(v.failure_message, ''))
  ) then
    v.failed_at := v_at;
    v.failure_code := fact ->> 'failure_code';
    v.failure_message := fact ->> 'failure_message';
  end if;
  v.email := least(v.email, lower(fact ->> 'email'));
  v.customer_ref := least(v.customer_ref, fact ->> 'customer_ref');
  v.membership_ref := least(v.membership_ref, fact ->> 'membership_ref');
  if jsonb_typeof(fact -> 'credits') = 'object' and (v.credits, v.credit_pack_ref) is distinct from least(
    (v.credits, v.credit_pack_ref), ((fact -> 'credits' ->> 'credits')::integer, fact -> 'credits' ->> 'pack_ref')
  ) then
    v.credits := fact -> 'credits' ->> 'credits';
    v.credit_pack_ref := fact -> 'credits' ->> 'pack_ref';
  end if;

  v.review_reason := commerce.review_reason(v, v_checkout);
  v.needs_review := v.review_reason is not null;

  if v_old.id is null then
    insert into public.payments (
      id, provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency, needs_review, review_reason, email, customer_ref,
      membership_ref, credits, credit_pack_ref, failure_code, failure_message, failed_at, captured_at
    )
    values (
      v.id, v.provider, v.provider_ref, v.checkout_session_id, v.user_id, v.status, v.amount_minor, v.currency,
      v.needs_review, v.review_reason, v.email, v.customer_ref, v.membership_ref, v.credits, v.credit_pack_ref, v.failure_code, v.failure_message, v.failed_at, v.captured_at
    );
  elsif v is distinct from v_old then
    update public.payments p
    set checkout_session_id = v.checkout_session_id, user_id = v.user_id, status = v.status, amount_minor = v.amount_minor,
        currency = v.currency, needs_review = v.needs_review, review_reason = v.review_reason, email = v.email, customer_ref = v.customer_ref,
        membership_ref = v.membership_ref, credits = v.credits, credit_pack_ref = v.credit_pack_ref, failure_code = v.failure_code, failure_message = v.failure_message, failed_at = v.failed_at, captured_at = v.captured_at
    where p.id = v.id;
  end if;

  if v_old.captured_at is not null and v is distinct from v_old then
    -- What was refunded in full of one amount may be refunded in part of another.
    perform commerce.refresh_payment(v.id);
    select p.* into v from public.payments p where p.id = v.id;
  end if;
  perform community.settle_credits(v);
  perform commerce.follow_payment(v, v_checkout);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.begin_checkout (
  caller      text,
  key         text,
  fingerprint text,
  email       text,
  items       jsonb,
  currency    text,
  user_id     uuid,
  OUT         outcome text,
  OUT         checkout_session_id uuid,
  OUT         answer jsonb,
  OUT         details jsonb
)
  RETURNS record
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_request public.checkout_requests;
  v_claimed_until timestamptz := now() + interval '30 seconds';
begin
  insert into public.checkout_requests (caller, key, fingerprint, claimed_until)
  values (begin_checkout.caller, begin_checkout.key, begin_checkout.fingerprint, v_claimed_until)
  on conflict do nothing;
  if found then
    outcome := 'begun';
    checkout_session_id := commerce.open_checkout(begin_checkout.email, begin_checkout.items, begin_checkout.currency, begin_checkout.user_id);
    update public.checkout_requests r set checkout_session_id = begin_checkout.checkout_session_id
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
  else
    select r.* into v_request from public.checkout_requests r
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key for no key update;
    checkout_session_id := v_request.checkout_session_id;
    if v_request.fingerprint <> begin_checkout.fingerprint then
      outcome := 'other_request';
    elsif v_request.answer is not null and exists (
      select 1 from public.checkout_sessions s
      where s.id = v_request.checkout_session_id and s.status in ('payment_failed', 'expired') and coalesce(s.cancelled_at, s.expired_at) is not null
    ) then
      outcome := 'over';
    elsif v_request.answer is not null then
      outcome := 'answered';
      answer := v_request.answer;
    elsif v_request.claimed_until > now() or v_request.key is null then
      outcome := 'busy';
    else
      -- Whoever came first was ended before the provider had answered.
      outcome := 'begun';
      if not exists (select 1 from public.checkout_sessions s where s.id = v_request.checkout_session_id and s.status = 'open') then
        checkout_session_id := commerce.open_checkout(begin_checkout.email, begin_checkout.items, begin_checkout.currency, begin_checkout.user_id);
      end if;
      update public.checkout_requests r
      set claimed_until = v_claimed_until, checkout_session_id = begin_checkout.checkout_session_id
      where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
    end if;
  end if;
  details := commerce.checkout_details(checkout_session_id);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.cancel_checkout (
  checkout_session_id uuid
)
  RETURNS public.checkout_status
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = cancel_checkout.checkout_session_id for no key update;
  if v_checkout.status = 'open' and v_checkout.cancelled_at is null then
    update public.checkout_sessions s set cancelled_at = now() where s.id = v_checkout.id;
    perform commerce.refresh_checkout(v_checkout.id);
    perform commerce.close_payments(v_checkout.id);
  end if;
  return (select s.status from public.checkout_sessions s where s.id = v_checkout.id);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.catalog_state (
  skus jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'sku', s.sku, 'known', p.id is not null, 'version', p.version, 'own_version', p.catalog_versions -> 'all', 'stock', p.stock,
        'stock_version', p.stock_version, 'active', p.active
      ) order by s.position), '[]')
    from (select e.value as sku, min(e.ordinality) as position from jsonb_array_elements_text(skus) with ordinality e group by 1) s
    left join public.products p on p.sku = s.sku
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.check_item (
  sku       text,
  kind      public.product_kind,
  cohort_id uuid,
  quantity  integer,
  starts_at timestamp with time zone,
  email     text
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if kind = 'tutoring_session' then
    if starts_at is null then
      raise exception '% needs the time it is to begin at', sku
        using errcode = '22023', detail = 'starts_at_missing', hint = 'Pass starts_at, such as 2026-11-25T15:00:00Z.';
    elsif starts_at < now() then
      raise exception '% cannot begin in the past', sku using errcode = '22023', detail = 'starts_at_past', hint = 'Let the buyer choose another time.';
    elsif quantity > 1 then
      raise exception '% can be booked once for one time', sku using errcode = '22023', detail = 'quantity_invalid', hint = 'Pass an item for each time.';
    end if;
  elsif starts_at is not null then
    raise exception '% has no time to begin at', sku using errcode = '22023', detail = 'starts_at_unexpected', hint = 'Leave starts_at out.';
  end if;
  if kind = 'cohort_seat' then
    if quantity > 1 then
      raise exception 'one person takes one seat of %', sku
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Everybody else checks out with an address of their own.';
    elsif learning.is_enrolled(cohort_id, email) then
      raise exception '% has a seat of % already', email, sku using errcode = 'P0001', detail = 'already_enrolled', hint = 'Take the item out.';
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.checkout_details (
  checkout_session_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object(
      'id', s.id, 'email', s.email, 'total_minor', s.total_minor, 'currency', s.currency, 'expires_at', ops.iso_utc(s.expires_at),
      'items', (
        select jsonb_agg(
          jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity', i.quantity, 'unit_price_minor', i.unit_price_minor, 'starts_at', ops.iso_utc(i.starts_at))
          order by i.sku, i.starts_at
        )
        from public.checkout_items i where i.checkout_session_id = s.id
      )
    )
    from public.checkout_sessions s
    where s.id = checkout_details.checkout_session_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.checkout_token (
  checkout_session_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select encode(extensions.hmac('checkout.' || checkout_token.checkout_session_id, s.decrypted_secret, 'sha256'), 'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_checkouts'
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.claim_stock (
  reservation public.stock_reservations
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if reservation.cohort_id is not null and learning.free_seats(reservation.cohort_id) < reservation.quantity then
    return false;
  end if;
  if reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at, reservation.ends_at) then
    return false;
  end if;
  return commerce.move_stock(reservation.product_id, -reservation.quantity, 'reserved', reservation.checkout_session_id);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.close_payments (
  checkout_session_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
BEGIN ATOMIC
 UPDATE public.started_payments p
  SET close_requested_at = now()
   WHERE ((p.checkout_session_id = close_payments.checkout_session_id) AND (p.close_requested_at IS NULL) AND (p.provider <> 'paypal'::text));
END;

CREATE OR REPLACE FUNCTION commerce.close_review (
  payment_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
begin
  perform commerce.lock_payment(close_review.payment_id);
  update public.payments p set needs_review = false, review_reason = null, reviewed_at = now()
  where p.id = close_review.payment_id and p.needs_review
  returning p.* into v_payment;
  if not found then
    raise exception 'payment % does not need review', close_review.payment_id using hint = 'select * from public.payments where needs_review';
  end if;
  perform commerce.refresh_checkout(v_payment.checkout_session_id);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.count_versions()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if new.version = old.version and new.catalog_versions = old.catalog_versions
    and (new.sku, new.name, new.description, new.price_minor, new.currency, new.active, new.kind, new.cohort_id, new.credits, new.tutor_email, new.session_minutes)
      is distinct from
      (old.sku, old.name, old.description, old.price_minor, old.currency, old.active, old.kind, old.cohort_id, old.credits, old.tutor_email, old.session_minutes) then
    new.version := old.version + 1;
    new.catalog_versions := jsonb_build_object('all', new.version);
  end if;
  if new.stock_version = old.stock_version and new.stock is distinct from old.stock then
    new.stock_version := old.stock_version + 1;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.expire_checkouts (
  at_most integer DEFAULT 500
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkouts uuid[];
  v_checkout uuid;
begin
  select coalesce(array_agg(c.id), '{}') into v_checkouts
  from (
    select s.id
    from public.checkout_sessions s
    where s.status = 'open' and s.expires_at < now()
    order by s.expires_at
    limit at_most
    for no key update skip locked
  ) c;
  perform commerce.lock_checkouts('{}', v_checkouts);
  foreach v_checkout in array v_checkouts loop
    update public.checkout_sessions s set expired_at = now() where s.id = v_checkout;
    perform commerce.refresh_checkout(v_checkout);
    perform commerce.close_payments(v_checkout);
  end loop;
  return cardinality(v_checkouts);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.follow_payment (
  payment  public.payments,
  checkout public.checkout_sessions
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if checkout.id is null then
    return;
  end if;
  if payment.captured_at is not null and not payment.needs_review and payment.reviewed_at is null and payment.status <> 'refunded'
    and not exists (select 1 from public.orders o where o.payment_id = payment.id) then
    perform commerce.make_order(payment, checkout);
  else
    perform commerce.refresh_checkout(checkout.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.fulfil_services (
  order_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_order public.orders;
  v_item record;
  v_trouble text[] := '{}';
begin
  select o.* into v_order from public.orders o where o.id = fulfil_services.order_id for no key update;
  for v_item in
    select i.id, i.kind, i.product_id
    from public.order_items i
    where i.order_id = v_order.id and i.kind in ('cohort_seat', 'tutoring_session')
      -- What was sold out meanwhile is not theirs to have, until commerce.settle_order finds it.
      and exists (
        select 1 from public.stock_reservations r
        where r.checkout_session_id = v_order.checkout_session_id and r.product_id = i.product_id
          and r.starts_at is not distinct from i.starts_at and r.status = 'taken'
      )
    order by i.product_id, i.starts_at
  loop
    v_trouble := array_remove(v_trouble || case v_item.kind
      when 'cohort_seat' then learning.enrol_buyer(v_item.id)
      else tutoring.book_session(v_item.id)
    end, null);
  end loop;
  if exists (select 1 from public.order_items i where i.order_id = v_order.id and i.kind = 'credit_pack') then
    perform community.settle_credits(p) from public.payments p where p.id = v_order.payment_id;
  end if;
  return nullif(array_to_string(v_trouble, ' '), '');
end
$function$;

CREATE OR REPLACE FUNCTION commerce.fulfillment_details (
  fulfillment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object('order_number', o.number, 'email', o.email) || commerce.order_details(o.id)
    from public.fulfillments f join public.orders o on o.id = f.order_id
    where f.id = fulfillment_details.fulfillment_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.guard_fulfillment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if new.order_id <> old.order_id then
    raise exception 'a fulfillment stays that of its order' using errcode = '23514';
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('pending', 'packed'), ('pending', 'shipped'), ('pending', 'cancelled'), ('packed', 'pending'), ('packed', 'shipped'), ('packed', 'cancelled'),
    ('shipped', 'delivered'), ('shipped', 'returned'), ('delivered', 'returned'), ('cancelled', 'pending')
  ) then
    raise exception 'a fulfillment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint = 'pending → packed → shipped → delivered; cancelled before it was shipped, returned after.';
  end if;
  if new.status = 'pending' and old.status = 'cancelled'
    and exists (select 1 from public.orders o where o.id = new.order_id and o.status = 'refunded') then
    raise exception 'the order is refunded: there is nothing to send' using errcode = '23514';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.status in ('shipped', 'delivered', 'returned') then
    new.shipped_at := coalesce(new.shipped_at, now());
  end if;
  if new.status = 'delivered' then
    new.delivered_at := coalesce(new.delivered_at, now());
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.hold_stock (
  checkout_session_id uuid,
  outcome             public.reservation_status DEFAULT 'held'::public.reservation_status
)
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_reservation public.stock_reservations;
  v_missing text[] := '{}';
begin
  if not exists (
    select 1 from public.stock_reservations r where r.checkout_session_id = hold_stock.checkout_session_id and r.status = 'released'
  ) then
    return v_missing;
  end if;
  perform commerce.lock_seats(array[hold_stock.checkout_session_id]);
  for v_reservation in
    select r.*
    from public.stock_reservations r
    where r.checkout_session_id = hold_stock.checkout_session_id and r.status = 'released'
    order by r.product_id
  loop
    if commerce.claim_stock(v_reservation) then
      update public.stock_reservations r set status = hold_stock.outcome where r.id = v_reservation.id;
    else
      v_missing := v_missing || (
        select format('%s × %s (%s left)', v_reservation.quantity, p.sku, commerce.left_of(v_reservation))
        from public.products p where p.id = v_reservation.product_id
      );
    end if;
  end loop;
  return v_missing;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.is_theirs (
  checkout_session_id uuid,
  token               text,
  user_id             uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select 1 from public.checkout_sessions s
    where s.id = is_theirs.checkout_session_id
      and (
        s.user_id = is_theirs.user_id
        -- Digests of both are compared, so that how long it takes says nothing about how much was right.
        or sha256(convert_to(is_theirs.token, 'UTF8')) = sha256(convert_to(commerce.checkout_token(s.id), 'UTF8'))
      )
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.left_of (
  reservation public.stock_reservations
)
  RETURNS integer
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return least(
    (select p.stock from public.products p where p.id = reservation.product_id),
    case when reservation.cohort_id is not null then learning.free_seats(reservation.cohort_id) end,
    case when reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at, reservation.ends_at) then 0 end
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.lock_checkouts (
  paid   uuid[],
  unpaid uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_all uuid[] := paid || unpaid;
begin
  perform 1
  from public.checkout_sessions s
  where s.id = any (v_all) and s.status <> 'payment_completed'
  order by s.id
  for no key update;
  -- A sale of what is held moves no stock row: buyers of one product need not queue for it.
  if not exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = any (v_all) and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  ) then
    return;
  end if;
  perform commerce.lock_seats(v_all);
  perform 1
  from public.products p
  where p.id in (
    select r.product_id
    from public.stock_reservations r
    where r.checkout_session_id = any (v_all) and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  )
  order by p.id
  for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.lock_payment (
  payment_id uuid
)
  RETURNS public.payments
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
begin
  -- By its key, as inbox.lock_keys: whoever applies many events locks their checkouts and stock before their payments' rows.
  perform pg_advisory_xact_lock(hashtextextended(p.provider || '/payment/' || p.provider_ref, 0))
  from public.payments p where p.id = lock_payment.payment_id;
  select p.* into v_payment from public.payments p where p.id = lock_payment.payment_id for no key update;
  return v_payment;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.lock_seats (
  checkouts uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform 1
  from public.cohorts c
  where c.id in (select i.cohort_id from public.checkout_items i where i.checkout_session_id = any (checkouts) and i.cohort_id is not null)
  order by c.id
  for no key update;
  perform pg_advisory_xact_lock(t.key)
  from (
    select hashtextextended('signalbox tutor ' || p.tutor_email, 0) as key
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = any (checkouts) and i.kind = 'tutoring_session'
    union
    -- The session may have had another tutor when it was set aside.
    select hashtextextended('signalbox tutor ' || r.tutor_email, 0)
    from public.stock_reservations r
    where r.checkout_session_id = any (checkouts) and r.tutor_email is not null
    order by 1
  ) t;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.make_order (
  payment  public.payments,
  checkout public.checkout_sessions
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v_attention text;
  v_order uuid;
  v_services boolean;
  v_trouble text;
begin
  update public.checkout_sessions s set status = 'payment_completed', completed_at = now() where s.id = checkout.id;
  v_attention := commerce.take_stock(checkout.id);

  -- One statement, so that the order's message already sees its items.
  with made as (
    insert into public.orders (payment_id, checkout_session_id, user_id, email, status, total_minor, currency, attention_reason)
    values (
      payment.id, checkout.id, checkout.user_id, checkout.email,
      case when v_attention is null then 'confirmed' else 'needs_attention' end::public.order_status,
      checkout.total_minor, checkout.currency, v_attention
    )
    returning id
  ), items as (
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id, credits, starts_at)
    select made.id, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits, i.starts_at
    from made, public.checkout_items i
    where i.checkout_session_id = checkout.id
    returning order_items.order_id, order_items.kind
  ), parcel as (
    insert into public.fulfillments (order_id) select distinct items.order_id from items where items.kind = 'goods'
  )
  select made.id, exists (select 1 from items where items.kind <> 'goods') into v_order, v_services from made;
  if v_services then
    v_trouble := commerce.fulfil_services(v_order);
    update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason, v_trouble)
    where o.id = v_order and v_trouble is not null;
  end if;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.may_capture (
  approval_id uuid,
  OUT         outcome text,
  OUT         reason text
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_approval public.payment_approvals;
  v_checkout public.checkout_sessions;
begin
  select a.* into v_approval from public.payment_approvals a where a.id = may_capture.approval_id;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_approval.checkout_session_id;
  if v_approval.id is null then
    outcome := 'refused';
    reason := format('There is no approval %s.', may_capture.approval_id);
  elsif v_checkout.id is null then
    outcome := 'refused';
    reason := 'It names no checkout session of ours: not ours to take. Left alone, the buyer is not charged.';
  elsif v_checkout.status = 'payment_completed' then
    outcome := 'cancelled';
    reason := 'Its checkout is paid: taking this too would charge the buyer twice.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id and p.captured_at is not null and p.status <> 'refunded') then
    outcome := 'cancelled';
    reason := 'Money for its checkout has come already, and is being reviewed.';
  elsif exists (
    select 1 from public.payments p
    where p.provider = v_approval.provider and p.provider_ref = v_approval.provider_ref and p.status = 'cancelled'
  ) then
    outcome := 'cancelled';
    reason := 'It was called off at the provider.';
  elsif exists (select 1 from public.payments p where p.checkout_session_id = v_checkout.id and p.status = 'pending') then
    outcome := 'retry';
    reason := 'Other money for its checkout is on its way: how that ends decides. Taking this too might charge the buyer twice.';
  elsif v_checkout.status = 'expired' then
    outcome := 'cancelled';
    reason := 'Its checkout expired before it was approved, and its stock is on sale again. Left alone, the buyer is not charged.';
  elsif v_checkout.cancelled_at > v_approval.created_at then
    outcome := 'cancelled';
    reason := 'The buyer called it off. Left alone, the buyer is not charged.';
  elsif exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = v_checkout.id and r.status = 'released' and commerce.left_of(r) < r.quantity
  ) then
    outcome := 'cancelled';
    reason := 'What was to be bought is sold out since. Left alone, the buyer is not charged.';
  elsif (v_approval.amount_minor, v_approval.currency) <> (v_checkout.total_minor, v_checkout.currency) then
    outcome := 'refused';
    reason := format(
      'Approved are %s %s (minor units), but the checkout asks for %s %s. Left alone, the buyer is not charged.',
      v_approval.amount_minor, v_approval.currency, v_checkout.total_minor, v_checkout.currency
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.may_close (
  started_payment_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_started public.started_payments;
begin
  select p.* into v_started from public.started_payments p where p.id = may_close.started_payment_id;
  if v_started.id is null then
    return format('There is no started payment %s.', may_close.started_payment_id);
  elsif v_started.closed_at is not null then
    return 'It is closed already.';
  elsif exists (
    -- Of this provider: where its buyer paid elsewhere, he is still not to pay here too.
    select 1 from public.payments p
    where p.checkout_session_id = v_started.checkout_session_id and p.provider = v_started.provider and (p.status = 'pending' or p.captured_at is not null)
  ) then
    return 'Its buyer has paid here, or is paying.';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.may_refund (
  request_id uuid,
  OUT        outcome text,
  OUT        reason text,
  OUT        provider text,
  OUT        payment_ref text,
  OUT        amount_minor bigint,
  OUT        currency text
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_request public.refund_requests;
  v_payment public.payments;
  v_others bigint;
begin
  select q.* into v_request from public.refund_requests q where q.id = may_refund.request_id;
  select p.* into v_payment from public.payments p where p.id = v_request.payment_id;
  -- The provider may have told of this very refund before its answer was written down: it then gives the same answer once more, and knows
  -- itself what is left.
  select coalesce(sum(r.amount_minor), 0) into v_others
  from public.refunds r
  where r.payment_id = v_payment.id and r.status in ('pending', 'succeeded')
    and not (
      r.amount_minor = v_request.amount_minor and r.created_at >= v_request.created_at
      and not exists (select 1 from public.refund_requests q where q.payment_id = r.payment_id and q.provider_ref = r.provider_ref)
    );
  provider := v_payment.provider;
  payment_ref := v_payment.provider_ref;
  amount_minor := v_request.amount_minor;
  currency := v_request.currency;
  if v_request.id is null then
    outcome := 'refused';
    reason := format('There is no refund request %s.', may_refund.request_id);
  elsif v_request.status <> 'requested' then
    outcome := 'cancelled';
    reason := format('It is %s already.', v_request.status);
  elsif v_request.amount_minor + v_others > v_payment.amount_minor then
    outcome := 'refused';
    reason := format('Meanwhile %s of %s %s (minor units) went back another way: ask again for what is left.', v_others, v_payment.amount_minor, v_payment.currency);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.moment_of (
  words text
)
  RETURNS timestamp WITH time zone
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if words !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$' then
    raise exception '"%" is no moment', left(words, 40)
      using errcode = '22023', detail = 'starts_at_invalid', hint = 'Pass it in ISO 8601 with an offset, such as 2026-11-25T15:00:00Z.';
  end if;
  return words::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_time_zone_displacement_value then
  raise exception '"%" is no moment', left(words, 40)
    using errcode = '22023', detail = 'starts_at_invalid', hint = 'There is no such date.';
end
$function$;

CREATE OR REPLACE FUNCTION commerce.move_stock (
  product_id          uuid,
  quantity            integer,
  reason              public.stock_reason,
  checkout_session_id uuid                DEFAULT NULL::uuid,
  order_id            uuid                DEFAULT NULL::uuid,
  provider            text                DEFAULT NULL::text,
  provider_ref        text                DEFAULT NULL::text,
  note                text                DEFAULT NULL::text,
  stock_version       bigint              DEFAULT NULL::bigint
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_enough boolean;
begin
  -- Read by commerce.write_movement.
  perform set_config('signalbox.stock_moves', jsonb_build_object(
    'reason', move_stock.reason, 'checkout_session_id', move_stock.checkout_session_id, 'order_id', move_stock.order_id,
    'provider', move_stock.provider, 'provider_ref', move_stock.provider_ref, 'note', move_stock.note
  )::text, true);
  update public.products p
  set stock = coalesce(p.stock, 0) + move_stock.quantity, stock_version = coalesce(move_stock.stock_version, p.stock_version)
  where p.id = move_stock.product_id
    and coalesce(p.stock, 0) + move_stock.quantity >= 0
    and (p.stock is not null or move_stock.stock_version is not null);
  v_enough := found;
  perform set_config('signalbox.stock_moves', '', true);
  return v_enough or exists (select 1 from public.products p where p.id = move_stock.product_id and p.stock is null);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.note_refund (
  request_id   uuid,
  provider_ref text DEFAULT NULL::text,
  error        text DEFAULT NULL::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment uuid;
begin
  update public.refund_requests q
  set status = case when note_refund.provider_ref is null then 'refused' else 'sent' end::public.refund_request_status,
      provider_ref = note_refund.provider_ref, error = case when note_refund.provider_ref is null then note_refund.error end
  where q.id = note_refund.request_id and q.status = 'requested'
  returning q.payment_id into v_payment;
  if found then
    -- The provider may have told of it before it answered.
    perform commerce.lock_payment(v_payment);
    perform commerce.settle_restock(v_payment);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.open_checkout (
  email    text,
  items    jsonb,
  currency text  DEFAULT NULL::text,
  user_id  uuid  DEFAULT NULL::uuid
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_session uuid := gen_random_uuid();
  v_email text := lower(open_checkout.email);
  v_item record;
  v_total numeric := 0;
  v_currency text;
  v_items jsonb := '[]';
begin
  if open_checkout.email is null or open_checkout.email !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an e-mail address is needed to open a checkout'
      using errcode = '22023', detail = 'email_missing', hint = 'Pass the buyer''s address, such as amina@example.com.';
  end if;
  if jsonb_typeof(items) is distinct from 'array' or jsonb_array_length(items) = 0 then
    raise exception 'a checkout needs at least one item' using errcode = '22023', detail = 'items_missing', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;
  if exists (
    select 1 from jsonb_array_elements(items) i
    where jsonb_typeof(i -> 'sku') is distinct from 'string'
      or jsonb_typeof(i -> 'quantity') is distinct from 'number'
      or (i ->> 'quantity')::numeric not between 1 and 100000
      or (i ->> 'quantity')::numeric % 1 <> 0
  ) then
    raise exception 'every item needs a sku and a whole quantity from 1 to 100000'
      using errcode = '22023', detail = 'quantity_invalid', hint = 'Pass items as [{"sku": "…", "quantity": 1}].';
  end if;

  for v_item in
    select i.sku as asked, i.quantity, i.starts_at,
      case when coalesce(open_checkout.currency, p.currency) = p.currency then p.price_minor else x.price_minor end as price,
      coalesce(open_checkout.currency, p.currency) as priced_in, p.*
    from (
      select x ->> 'sku' as sku, commerce.moment_of(x ->> 'starts_at') as starts_at, sum((x ->> 'quantity')::numeric) as quantity
      from jsonb_array_elements(items) x group by 1, 2
    ) i
    left join public.products p on p.sku = i.sku and p.active
    left join public.product_prices x on x.product_id = p.id and x.currency = open_checkout.currency
    order by p.id nulls first, i.starts_at
  loop
    if v_item.id is null then
      raise exception 'there is no product % on sale', v_item.asked
        using errcode = 'P0002', detail = 'unknown_item', hint = 'Show the buyer the catalogue again.';
    end if;
    if v_item.quantity > 100000 then
      raise exception 'no more than 100000 of % at a time', v_item.asked using errcode = '22023', detail = 'quantity_invalid', hint = 'Ask for fewer.';
    end if;
    if v_currency <> v_item.priced_in then
      raise exception 'a checkout is in one currency; these items are in % and %', v_currency, v_item.priced_in
        using errcode = '22023', detail = 'mixed_currencies', hint = 'Open one checkout for each currency, or name one that all of them are sold in.';
    end if;
    v_currency := v_item.priced_in;
    if v_item.price is null then
      raise exception '% is not sold in %', v_item.asked, v_currency
        using errcode = '22023', detail = 'not_sold_in_currency', hint = 'Choose a currency it has a price in (products.currency, product_prices).';
    end if;
    perform commerce.check_item(v_item.asked, v_item.kind, v_item.cohort_id, v_item.quantity::integer, v_item.starts_at, v_email);
    if v_items @> jsonb_build_array(jsonb_build_object('cohort_id', v_item.cohort_id)) and v_item.cohort_id is not null then
      raise exception 'one person takes one seat: % is of a cohort that is in the checkout already', v_item.asked
        using errcode = '22023', detail = 'quantity_invalid', hint = 'Take one of the two out.';
    end if;
    v_total := v_total + v_item.price * v_item.quantity;
    v_items := v_items || jsonb_build_object(
      'product_id', v_item.id, 'quantity', v_item.quantity::integer, 'sku', v_item.sku, 'name', v_item.name, 'unit_price_minor', v_item.price,
      'kind', v_item.kind, 'cohort_id', v_item.cohort_id, 'credits', v_item.credits, 'starts_at', v_item.starts_at
    );
  end loop;
  if v_total > 9007199254740991 then -- what JavaScript and Dart on the web can count to
    raise exception 'the total is too large' using errcode = '22023', detail = 'quantity_invalid', hint = 'Ask for fewer.';
  end if;

  insert into public.checkout_sessions (id, email, user_id, total_minor, currency)
  values (v_session, v_email, coalesce(open_checkout.user_id, auth.uid(), commerce.user_of(v_email)), v_total, v_currency);
  insert into public.checkout_items (checkout_session_id, product_id, quantity, sku, name, unit_price_minor, kind, cohort_id, credits, starts_at)
  select v_session, i.product_id, i.quantity, i.sku, i.name, i.unit_price_minor, i.kind, i.cohort_id, i.credits, i.starts_at
  from jsonb_to_recordset(v_items) as i (
    product_id uuid, quantity integer, sku text, name text, unit_price_minor bigint, kind public.product_kind, cohort_id uuid, credits integer,
    starts_at timestamptz
  );
  perform commerce.reserve_stock(v_session);
  return v_session;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.payment_status (
  checkout_session_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkout public.checkout_sessions;
  v_order public.orders;
  v_payment public.payments;
  v_state text;
begin
  update public.checkout_sessions s set returned_at = now() where s.id = payment_status.checkout_session_id and s.returned_at is null;
  select s.* into v_checkout from public.checkout_sessions s where s.id = payment_status.checkout_session_id;
  select o.* into v_order from public.orders o where o.checkout_session_id = v_checkout.id;
  select p.* into v_payment from public.payments p where p.checkout_session_id = v_checkout.id order by p.needs_review desc, p.status desc, p.created_at limit 1;
  v_state := case
    when v_order.status = 'refunded' then 'refunded'
    when v_order.id is not null then 'paid'
    when v_payment.needs_review then 'in_review'
    when v_checkout.status = 'payment_pending' then 'processing'
    when v_checkout.cancelled_at is not null then 'cancelled'
    when v_checkout.status = 'payment_failed' then 'failed'
    when v_checkout.status = 'expired' then 'expired'
    -- The buyer is back, and nothing was heard yet: for half a minute the webhook is given time.
    when v_checkout.returned_at > now() - interval '30 seconds' then 'processing'
    else 'unpaid'
  end;
  return jsonb_build_object(
    'checkout_session_id', v_checkout.id, 'state', v_state, 'total_minor', v_checkout.total_minor, 'currency', v_checkout.currency,
    'expires_at', ops.iso_utc(v_checkout.expires_at), 'waited_ms', round(extract(epoch from now() - v_checkout.returned_at) * 1000),
    'failure', case when v_state = 'failed' then v_payment.failure_message end,
    'order', case when v_order.id is not null then jsonb_build_object(
      'id', v_order.id, 'number', v_order.number, 'status', v_order.status, 'total_minor', v_order.total_minor, 'currency', v_order.currency
    ) || commerce.order_details(v_order.id) end
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.receive_stock (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(receive_stock.provider || '/product/' || (fact ->> 'sku'), format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if exists (
    select 1 from public.stock_movements m where m.provider = receive_stock.provider and m.provider_ref = fact ->> 'provider_ref'
  ) then
    return;
  end if;
  if not commerce.move_stock(
    v_product.id, (fact ->> 'change')::integer, 'moved', provider => receive_stock.provider, provider_ref => fact ->> 'provider_ref',
    note => fact ->> 'reason'
  ) then
    -- What comes in may have been told of before, and be on its way: then it is woken.
    perform inbox.park(
      receive_stock.provider || '/product/' || v_product.sku,
      format('%s of %s are to go, and only %s can be sold; it waits for more. If they are gone all the same, orders or reservations must be called off.',
        -(fact ->> 'change')::integer, v_product.sku, v_product.stock)
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.record_refund (
  payment_id   uuid,
  amount_minor bigint,
  reference    text,
  reason       text   DEFAULT NULL::text
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
  v_left bigint;
  v_reference text := 'by hand: ' || btrim(record_refund.reference);
  v_refund uuid;
begin
  v_payment := commerce.lock_payment(record_refund.payment_id);
  v_left := commerce.refundable(v_payment.id);
  if v_left is null then
    raise exception 'nothing was captured of payment %', record_refund.payment_id using errcode = '22023', hint = 'There is nothing to give back.';
  elsif coalesce(btrim(record_refund.reference), '') = '' then
    raise exception 'a refund by hand needs a reference' using errcode = '22023', hint = 'Pass the id of the transfer by which it was paid back.';
  elsif exists (select 1 from public.refunds r where r.provider = v_payment.provider and r.provider_ref = v_reference) then
    raise exception 'the refund % is recorded already', record_refund.reference using errcode = '23505', hint = 'See public.refunds.';
  elsif record_refund.amount_minor is null or record_refund.amount_minor <= 0 or record_refund.amount_minor > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency, record_refund.amount_minor
      using errcode = '22023', hint = 'Record what was really paid back.';
  end if;
  insert into public.refunds (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, v_payment.provider, v_reference, 'succeeded', record_refund.amount_minor, v_payment.currency, record_refund.reason)
  returning id into v_refund;
  perform commerce.refresh_payment(v_payment.id);
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.refresh_checkout (
  checkout_session_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkout public.checkout_sessions;
  v_status public.checkout_status;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = refresh_checkout.checkout_session_id for no key update;
  if not found or v_checkout.status = 'payment_completed' then
    return;
  end if;
  select case
    when v_checkout.expired_at is not null then 'expired'
    when bool_or(p.status = 'pending' or p.needs_review) then 'payment_pending'
    -- What was approved is about to be taken.
    when coalesce(bool_and(p.status = 'created'), true)
      and exists (
        select 1 from public.payment_approvals a
        where a.checkout_session_id = v_checkout.id and (v_checkout.cancelled_at is null or a.created_at > v_checkout.cancelled_at)
      ) then 'payment_pending'
    when v_checkout.cancelled_at is not null then 'payment_failed'
    when bool_or(p.status = 'created') then 'open'
    when bool_or(p.status <> 'expired') then 'payment_failed'
    when bool_or(true) then 'expired'
    else 'open'
  end into v_status
  from public.payments p
  where p.checkout_session_id = v_checkout.id;

  if v_status <> v_checkout.status then
    update public.checkout_sessions s set status = v_status where s.id = v_checkout.id;
  end if;
  if v_status in ('payment_failed', 'expired') then
    perform commerce.release_stock(v_checkout.id);
  else
    perform commerce.hold_stock(v_checkout.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.refresh_payment (
  payment_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
  v_succeeded bigint;
  v_undone bigint;
  v_disputed boolean;
  v_refunded bigint;
  v_status public.payment_status;
  v_reason text;
  v_checkout public.checkout_sessions;
  v_order record;
begin
  select p.* into v_payment from public.payments p where p.id = refresh_payment.payment_id;
  select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0),
         coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0)
  into v_succeeded, v_undone
  from public.refunds r
  where r.payment_id = v_payment.id and r.currency = v_payment.currency;
  select exists (
    select 1 from public.disputes d where d.payment_id = v_payment.id and d.status in ('needs_response', 'under_review', 'lost')
  ) into v_disputed;

  -- The reported total knows refunds whose own events have not come, but also those that were undone since.
  v_refunded := greatest(v_succeeded, v_payment.reported_refunded_minor - v_undone);
  v_status := case
    when v_refunded > 0 and v_refunded >= v_payment.amount_minor then 'refunded'
    when v_disputed then 'disputed'
    when v_refunded > 0 then 'partially_refunded'
    else 'captured'
  end;
  v_payment.status := v_status;
  select s.* into v_checkout from public.checkout_sessions s where s.id = v_payment.checkout_session_id for no key update;
  v_reason := commerce.review_reason(v_payment, v_checkout);
  v_payment.needs_review := v_reason is not null;
  update public.payments p
  set refunded_minor = v_refunded, status = v_status, needs_review = v_reason is not null, review_reason = v_reason
  where p.id = v_payment.id and (p.refunded_minor, p.status, p.review_reason) is distinct from (v_refunded, v_status, v_reason);

  perform community.settle_credits(v_payment);
  -- It may have been refunded before it was known what it is for: when that refund fails, its order is still to be made.
  perform commerce.follow_payment(v_payment, v_checkout);

  select o.id, o.status as before, case
      when v_status = 'refunded' then 'refunded'
      when o.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status as status
  into v_order
  from public.orders o where o.payment_id = v_payment.id for no key update;
  if v_order.before <> v_order.status then
    update public.orders o set status = v_order.status where o.id = v_order.id;
    if 'refunded' in (v_order.before, v_order.status) then
      perform commerce.settle_services(v_order.id, v_order.status = 'refunded');
    end if;
  end if;
  perform commerce.settle_restock(v_payment.id);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.refundable (
  payment_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select p.amount_minor
      - greatest(p.refunded_minor, (
          select coalesce(sum(r.amount_minor), 0) from public.refunds r where r.payment_id = p.id and r.status in ('pending', 'succeeded')
        ))
      - (
          -- Asked for, and not told of yet.
          select coalesce(sum(q.amount_minor), 0) from public.refund_requests q
          where q.payment_id = p.id
            and (
              q.status = 'requested'
              or (q.status = 'sent' and not exists (
                select 1 from public.refunds r where r.provider = p.provider and r.provider_ref = q.provider_ref
              ))
            )
        )
    from public.payments p
    where p.id = refundable.payment_id and p.captured_at is not null
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.release_stock (
  checkout_session_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_reservation record;
begin
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = release_stock.checkout_session_id and r.status = 'held'
    order by r.product_id
  loop
    -- What was not counted when it was reserved never left the stock.
    if (
      select sum(m.quantity) < 0 from public.stock_movements m
      where m.checkout_session_id = release_stock.checkout_session_id and m.product_id = v_reservation.product_id
    ) then
      perform commerce.move_stock(v_reservation.product_id, v_reservation.quantity, 'released', release_stock.checkout_session_id);
    end if;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.request_refund (
  payment_id   uuid,
  amount_minor bigint  DEFAULT NULL::bigint,
  reason       text    DEFAULT NULL::text,
  restock      boolean DEFAULT false,
  requested_by text    DEFAULT SESSION_USER
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_payment public.payments;
  v_left bigint;
  v_amount bigint;
  v_request uuid;
begin
  v_payment := commerce.lock_payment(request_refund.payment_id);
  if v_payment.id is null then
    raise exception 'there is no payment %', request_refund.payment_id using errcode = 'P0002', hint = 'Pass the id of the payment: select id from public.payments …';
  end if;
  v_left := commerce.refundable(v_payment.id);
  v_amount := coalesce(request_refund.amount_minor, v_left);
  if v_left is null then
    raise exception 'nothing was captured of payment %', v_payment.id using errcode = '22023', hint = 'There is nothing to give back.';
  elsif v_payment.provider not in ('stripe', 'paypal') then
    raise exception '% gives no money back by its API', v_payment.provider
      using errcode = '22023', hint = 'Pay it back by hand (Whop: in its dashboard, whose webhook records it; Fapshi: a payout), then commerce.record_refund.';
  elsif v_amount is null or v_amount <= 0 or v_amount > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency, v_amount
      using errcode = '22023', hint = 'Leave amount_minor out to refund all that is left.';
  elsif request_refund.restock and v_amount < v_left then
    raise exception 'only a refund of all that is left puts the whole order back on sale'
      using errcode = '22023', hint = 'Refund without restock, then commerce.restock(<order id>, <items>).';
  end if;
  insert into public.refund_requests (payment_id, amount_minor, currency, reason, restock, requested_by)
  values (v_payment.id, v_amount, v_payment.currency, request_refund.reason, request_refund.restock, request_refund.requested_by)
  returning id into v_request;
  return v_request;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.reserve_stock (
  checkout_session_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_item record;
  v_reservation public.stock_reservations;
begin
  perform commerce.lock_seats(array[reserve_stock.checkout_session_id]);
  -- Stock rows are locked in the order of their ids, here as everywhere.
  for v_item in
    select i.*, p.stock, p.tutor_email, p.session_minutes
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = reserve_stock.checkout_session_id
    order by i.product_id, i.starts_at
  loop
    if v_item.stock is null and v_item.kind in ('goods', 'credit_pack') then
      update public.checkout_items i set reserved = false where i.id = v_item.id;
      continue;
    end if;
    v_reservation := null;
    v_reservation.id := ops.uuid7();
    v_reservation.checkout_session_id := v_item.checkout_session_id;
    v_reservation.product_id := v_item.product_id;
    v_reservation.quantity := v_item.quantity;
    v_reservation.status := 'held';
    v_reservation.cohort_id := v_item.cohort_id;
    v_reservation.tutor_email := case when v_item.kind = 'tutoring_session' then v_item.tutor_email end;
    v_reservation.starts_at := v_item.starts_at;
    v_reservation.ends_at := v_item.starts_at + make_interval(mins => v_item.session_minutes);
    v_reservation.created_at := now();
    v_reservation.updated_at := now();
    if not commerce.claim_stock(v_reservation) then
      raise exception '% is sold out: % asked for, % left', v_item.sku, v_item.quantity, commerce.left_of(v_reservation)
        using errcode = 'P0001', detail = 'sold_out',
          hint = 'Ask the buyer to take fewer or another time, or to come back: an unpaid checkout gives its stock back when it expires.';
    end if;
    insert into public.stock_reservations select v_reservation.*;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.restock (
  order_id uuid,
  items    jsonb DEFAULT NULL::jsonb,
  note     text  DEFAULT NULL::text
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_item record;
  v_count integer := 0;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = restock.order_id;
  perform 1 from public.orders o where o.id = restock.order_id for no key update;
  if not found then
    raise exception 'there is no order %', restock.order_id using errcode = 'P0002', hint = 'Pass the id of the order, not its number.';
  end if;
  for v_item in
    select i.sku, i.id, i.product_id, r.status, i.quantity - i.restocked as left_over,
      case when restock.items is null then i.quantity - i.restocked else g.quantity end as quantity
    from (select x ->> 'sku' as sku, sum((x ->> 'quantity')::integer) as quantity from jsonb_array_elements(restock.items) x group by 1) g
    full join (
      select oi.*, o.checkout_session_id
      from public.order_items oi join public.orders o on o.id = oi.order_id
      where oi.order_id = restock.order_id and oi.kind = 'goods'
    ) i on i.sku = g.sku
    left join public.stock_reservations r on r.checkout_session_id = i.checkout_session_id and r.product_id = i.product_id
    where restock.items is null or g.sku is not null
    order by i.product_id
  loop
    if v_item.id is null or v_item.quantity is null or v_item.quantity not between 0 and v_item.left_over then
      raise exception 'order % has no such goods to restock', restock.order_id
        using errcode = '22023', hint = 'Pass items as [{"sku": "…", "quantity": 1}], no more than were sold and not restocked yet; or none for all.';
    end if;
    -- Goods that were missing when they were paid never left the shelf.
    if v_item.quantity > 0 and v_item.status = 'taken' then
      perform commerce.move_stock(v_item.product_id, v_item.quantity::integer, 'restocked', order_id => restock.order_id, note => restock.note);
      update public.order_items i set restocked = i.restocked + v_item.quantity where i.id = v_item.id;
      v_count := v_count + v_item.quantity;
    end if;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.set_product (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_sku text := fact ->> 'sku';
  v_version bigint := fact ->> 'version';
  v_parts text[] := array(select p.part from unnest('{name,description,price_minor,active}'::text[]) as p (part) where fact ? p.part);
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  if not found and fact ?& '{name,price_minor,currency}' then
    -- Nothing can be sold of it until its stock is told.
    insert into public.products (sku, name, description, price_minor, currency, active, stock, version, stock_version, catalog_versions)
    values (
      v_sku, fact ->> 'name', fact ->> 'description', (fact ->> 'price_minor')::bigint, fact ->> 'currency',
      coalesce((fact ->> 'active')::boolean, true), 0, v_version, 0,
      (select '{"all": 0}' || jsonb_object_agg(p.part, v_version) from unnest(v_parts) as p (part))
    )
    on conflict on constraint a_sku_names_one_product do nothing;
    if found then
      return;
    end if;
    -- Somebody else made it at this moment.
    select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  end if;
  if v_product.id is null then
    perform inbox.park(
      set_product.provider || '/product/' || v_sku,
      format('There is no product %s yet; one is made as soon as its name, price_minor and currency are told.', v_sku)
    );
  end if;

  v_parts := array(
    select p.part
    from unnest(v_parts) as p (part)
    where v_version > greatest((v_product.catalog_versions ->> 'all')::bigint, (v_product.catalog_versions ->> p.part)::bigint)
  );
  if v_parts = '{}' then
    return;
  end if;
  update public.products p
  set name = case when 'name' = any (v_parts) then fact ->> 'name' else p.name end,
      description = case when 'description' = any (v_parts) then fact ->> 'description' else p.description end,
      price_minor = case when 'price_minor' = any (v_parts) then (fact ->> 'price_minor')::bigint else p.price_minor end,
      currency = case when 'price_minor' = any (v_parts) then fact ->> 'currency' else p.currency end,
      active = case when 'active' = any (v_parts) then (fact ->> 'active')::boolean else p.active end,
      version = greatest(p.version, v_version),
      catalog_versions = p.catalog_versions || (select jsonb_object_agg(n.part, v_version) from unnest(v_parts) as n (part))
  where p.id = v_product.id;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.set_stock (
  provider text,
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(set_stock.provider || '/product/' || (fact ->> 'sku'), format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if (fact ->> 'version')::bigint > v_product.stock_version then
    perform commerce.move_stock(
      v_product.id, (fact ->> 'stock')::integer - coalesce(v_product.stock, 0), 'counted',
      note => set_stock.provider || ' ' || set_stock.event_id, stock_version => (fact ->> 'version')::bigint
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.settle_order (
  order_id      uuid,
  without_stock boolean DEFAULT false
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_order public.orders;
  v_missing text;
begin
  perform commerce.lock_payment(o.payment_id) from public.orders o where o.id = settle_order.order_id;
  select o.* into v_order from public.orders o where o.id = settle_order.order_id and o.attention_reason is not null for no key update;
  if not found then
    raise exception 'order % does not need attention', settle_order.order_id using hint = 'select * from public.orders where status = ''needs_attention''';
  end if;
  update public.orders o
  set attention_reason = null, status = case when o.status = 'needs_attention' then 'confirmed' else o.status end
  where o.id = v_order.id;
  if v_order.status = 'refunded' then
    return;
  end if;

  perform commerce.settle_services(v_order.id, refunded => false);
  select o.attention_reason into v_missing from public.orders o where o.id = v_order.id;
  if v_missing is null then
    return;
  elsif not settle_order.without_stock then
    raise exception 'it still cannot be fulfilled: %', v_missing
      using hint = 'Raise products.stock (a cohort''s capacity) first; or pass without_stock => true when the buyer was told, or gets it another way.';
  end if;
  update public.order_items i set settled_without_stock = true where i.order_id = v_order.id;
  update public.orders o set attention_reason = null, status = 'confirmed' where o.id = v_order.id;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.settle_restock (
  payment_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_order uuid;
begin
  select o.id into v_order
  from public.orders o
  where o.payment_id = settle_restock.payment_id and o.status = 'refunded'
    and exists (
      select 1 from public.refund_requests q
      where q.payment_id = settle_restock.payment_id and q.restock and q.status = 'sent'
        -- What was chosen for a refund that failed was not chosen for the next one.
        and not exists (
          select 1 from public.refunds r
          where r.payment_id = q.payment_id and r.provider_ref = q.provider_ref and r.status in ('failed', 'cancelled')
        )
    );
  if found then
    perform commerce.restock(v_order, note => 'refunded');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.settle_services (
  order_id uuid,
  refunded boolean
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_order public.orders;
  v_missing text;
begin
  if settle_services.refunded then
    update public.fulfillments f set status = 'cancelled', cancelled_by_refund = true
    where f.order_id = settle_services.order_id and f.status in ('pending', 'packed');
    perform learning.settle_enrolments(settle_services.order_id, true);
    perform tutoring.settle_bookings(settle_services.order_id, true);
    return;
  end if;

  -- What was called off is free for others meanwhile.
  perform commerce.lock_seats(array[o.checkout_session_id]) from public.orders o where o.id = settle_services.order_id;
  perform 1
  from public.products p
  where p.id in (select i.product_id from public.order_items i where i.order_id = settle_services.order_id)
  order by p.id
  for no key update;
  perform learning.settle_enrolments(settle_services.order_id, false);
  perform tutoring.settle_bookings(settle_services.order_id, false);
  select o.* into v_order from public.orders o where o.id = settle_services.order_id;
  if v_order.attention_reason is null then
    -- What was missing when it was paid, and settled while it was refunded, is missing again.
    v_missing := concat_ws(' ', commerce.take_stock(v_order.checkout_session_id), commerce.fulfil_services(v_order.id));
  end if;
  v_missing := concat_ws(' ', nullif(v_missing, ''), commerce.take_restocked(v_order.id));
  update public.fulfillments f set status = 'pending'
  where f.order_id = v_order.id and f.cancelled_by_refund
    and not exists (select 1 from public.order_items i where i.order_id = v_order.id and i.restocked > 0);
  if v_missing <> '' then
    update public.orders o set status = 'needs_attention', attention_reason = concat_ws(' ', o.attention_reason, v_missing)
    where o.id = v_order.id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.start_payment (
  checkout_session_id uuid,
  provider            text,
  kind                text,
  provider_ref        text,
  answer              jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update public.checkout_requests r set answer = start_payment.answer where r.checkout_session_id = start_payment.checkout_session_id;
  -- Locked, so that calling it off meanwhile either waits and finds what was started, or is seen here.
  perform 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id for no key update;
  if exists (
    select 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id and s.status in ('payment_failed', 'expired')
  ) then
    raise exception 'checkout % is over: it was called off or has expired while its payment was started', start_payment.checkout_session_id
      using hint = 'Tell nobody to pay it: nothing is reserved for it any more.';
  end if;
  insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (start_payment.checkout_session_id, start_payment.provider, start_payment.kind, start_payment.provider_ref)
  on conflict on constraint a_provider_names_what_was_started_once do nothing;
  if not exists (
    select 1 from public.started_payments p
    where p.provider = start_payment.provider and p.provider_ref = start_payment.provider_ref
      and p.checkout_session_id = start_payment.checkout_session_id
  ) then
    -- Its buyer would pay for what another buys.
    raise exception '% answered with %, which is another checkout''s', start_payment.provider, start_payment.provider_ref
      using hint = 'Nothing was begun: let the buyer try again, or pay another way.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.take_restocked (
  order_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_item record;
  v_missing text[] := '{}';
begin
  for v_item in
    select i.id, i.product_id, i.sku, i.restocked, o.checkout_session_id
    from public.order_items i
    join public.orders o on o.id = i.order_id
    join public.fulfillments f on f.order_id = o.id and f.cancelled_by_refund
    where i.order_id = take_restocked.order_id and i.restocked > 0
    order by i.product_id
  loop
    if commerce.move_stock(v_item.product_id, -v_item.restocked, 'reserved', v_item.checkout_session_id, take_restocked.order_id) then
      update public.order_items i set restocked = 0 where i.id = v_item.id;
    else
      v_missing := v_missing || format('%s × %s', v_item.restocked, v_item.sku);
    end if;
  end loop;
  if v_missing <> '{}' then
    return format('Its refund failed, and what was put back on sale was sold since: %s. Restock and settle, or refund it again.', array_to_string(v_missing, ', '));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.to_ask (
  checkout_session_id uuid
)
  RETURNS TABLE (
    provider text,
    kind     text,
    ref      text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return query
  update public.started_payments p
  set asked_at = now(), times_asked = p.times_asked + 1
  from public.checkout_sessions s
  where p.id in (
      select due.id
      from public.started_payments due
      where due.checkout_session_id = to_ask.checkout_session_id
        and coalesce(due.asked_at + interval '1 second' * least(3 * 2 ^ least(due.times_asked - 1, 5), 60), '-infinity') <= now()
      for no key update skip locked
    )
    and s.id = p.checkout_session_id and s.status in ('open', 'payment_pending') and s.returned_at <= now() - interval '3 seconds'
  returning p.provider, case p.kind when 'order' then 'approval' else 'payment' end, p.provider_ref;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.undo_checkout (
  checkout_session_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from public.checkout_requests r where r.checkout_session_id = undo_checkout.checkout_session_id and r.answer is null;
  -- One that was answered, if to another call of the same key, may be paid by now.
  if found then
    perform commerce.cancel_checkout(undo_checkout.checkout_session_id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.write_movement()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_why jsonb := nullif(current_setting('signalbox.stock_moves', true), '');
begin
  insert into public.stock_movements (product_id, quantity, reason, checkout_session_id, order_id, provider, provider_ref, note)
  values (
    new.id,
    coalesce(new.stock, 0) - case when tg_op = 'UPDATE' then coalesce(old.stock, 0) else 0 end,
    coalesce((v_why ->> 'reason')::public.stock_reason, case when tg_op = 'INSERT' then 'opened' else 'corrected' end::public.stock_reason),
    (v_why ->> 'checkout_session_id')::uuid, (v_why ->> 'order_id')::uuid, v_why ->> 'provider', v_why ->> 'provider_ref', v_why ->> 'note'
  );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION community.settle_credits (
  payment public.payments
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_bought integer := payment.credits;
  v_due integer;
  v_owner uuid;
  v_buyer uuid;
  v_email text := payment.email;
begin
  if payment.captured_at is null then
    return;
  end if;
  if v_bought is null then
    -- Packs sold by our own shop.
    select o.user_id, o.email, sum(i.credits * i.quantity)::integer into v_buyer, v_email, v_bought
    from public.orders o join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack'
    where o.payment_id = payment.id
    group by o.id;
  end if;
  if v_bought is null then
    return;
  end if;
  select case when payment.status = 'refunded' then 0 else v_bought end - coalesce(sum(l.credits), 0)
  into v_due
  from public.credit_ledger l
  where l.payment_id = payment.id;
  -- Whose they are stays so: they are taken from whom they were given to, whoever has his address by then.
  select l.user_id into v_owner from public.credit_ledger l where l.payment_id = payment.id and l.user_id is not null limit 1;
  if v_owner is null then
    v_owner := coalesce(v_buyer, community.member_of(payment.provider, payment.customer_ref, v_email));
    update public.credit_ledger l set user_id = v_owner where l.payment_id = payment.id and v_owner is not null;
  end if;

  if v_due <> 0 then
    insert into public.credit_ledger (user_id, email, credits, reason, payment_id, provider, customer_ref)
    values (
      v_owner, v_email, v_due,
      case when v_due > 0 then 'bought' else 'refunded' end::public.credit_reason, payment.id, payment.provider,
      coalesce(payment.customer_ref, payment.provider_ref)
    );
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.apply_fact (
  provider text,
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  case fact ->> 'type'
    when 'payment.created', 'payment.pending', 'payment.captured', 'payment.failed', 'payment.cancelled', 'payment.expired' then
      perform commerce.apply_payment(provider, fact);
    when 'payment.refunded' then perform commerce.apply_refunded_total(provider, fact);
    when 'payment.approved' then perform commerce.apply_approval(provider, fact);
    when 'refund.updated' then perform commerce.apply_refund(provider, fact);
    when 'dispute.updated' then perform commerce.apply_dispute(provider, event_id, fact);
    when 'checkout.cancelled' then perform commerce.apply_checkout_cancelled(provider, fact);
    when 'checkout.expired' then perform commerce.apply_checkout_expired(fact);
    when 'customer.updated' then perform commerce.apply_customer(provider, event_id, fact);
    when 'product.updated' then perform commerce.apply_product(provider, event_id, fact);
    when 'membership.updated' then perform community.apply_membership(provider, event_id, fact);
    when 'membership.billed' then perform community.apply_invoice(provider, event_id, fact);
    when 'meeting.recorded' then perform tutoring.apply_meeting(provider, event_id, fact);
    when 'product.set' then perform commerce.set_product(provider, fact);
    when 'stock.set' then perform commerce.set_stock(provider, event_id, fact);
    when 'stock.moved' then perform commerce.receive_stock(provider, fact);
    when 'calendar.changed' then
      perform tutoring.apply_calendar_change(event_id, fact);
      perform learning.apply_calendar_change(event_id, fact);
    when 'reply.received' then perform learning.apply_reply(provider, event_id, fact);
    when 'form.submitted' then perform learning.apply_form(provider, fact);
    else
      raise exception 'no rule for a fact of type %', coalesce(fact ->> 'type', '(none)')
        using hint = 'Add a branch to inbox.apply_fact, or deploy the migration that has it.';
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.fact_keys (
  provider text,
  fact     jsonb
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return case split_part(fact ->> 'type', '.', 1)
    -- An approval and the end of it.
    when 'checkout' then array[provider || '/payment/' || (fact ->> 'provider_ref')]
    when 'refund' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'dispute' then array[provider || '/payment/' || (fact ->> 'payment_ref')]
    when 'payment' then array[provider || '/payment/' || coalesce(fact ->> 'provider_ref', fact ->> 'payment_ref')]
    when 'membership' then
      array_remove(array[
        provider || '/membership/' || (fact ->> 'provider_ref'),
        provider || '/payment/' || (fact ->> 'payment_ref'),
        provider || '/customer/' || (fact ->> 'customer_ref')
      ], null)
    when 'stock' then array[provider || '/product/' || (fact ->> 'sku')]
    else array[provider || '/' || split_part(fact ->> 'type', '.', 1) || '/' || (fact ->> 'provider_ref')]
  end;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.lock_keys (
  events jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- In one order everywhere, and outside any subtransaction, so that they are held to the end whatever becomes of an event.
  perform pg_advisory_xact_lock(k.id)
  from (
    select distinct hashtextextended(key, 0) as id
    from jsonb_array_elements(events) as e,
         jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f,
         unnest(inbox.fact_keys(e.value ->> 'provider', f.value)) as key
    order by id
  ) as k;
  if events @? '$[*].facts[*] ? (@.type starts with "product." || @.type starts with "stock.")' then
    perform inbox.lock_products(events);
  end if;
  if jsonb_array_length(events) > 1 then
    perform commerce.lock_checkouts(
      coalesce(array_agg(f.id) filter (where f.type = 'payment.captured'), '{}'),
      coalesce(array_agg(f.id) filter (where f.type <> 'payment.captured'), '{}')
    )
    from (
      select f.value ->> 'type' as type, (f.value ->> 'checkout_session_id')::uuid as id
      from jsonb_array_elements(events) as e,
           jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f
      where f.value ->> 'checkout_session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ) f;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.lock_products (
  events jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform 1
  from public.products p
  where p.sku in (
    with named as (
      select e.value ->> 'provider' as provider, f.value as fact
      from jsonb_array_elements(events) as e,
           jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f
      where split_part(f.value ->> 'type', '.', 1) in ('product', 'stock')
    )
    select n.fact ->> 'sku' from named n
    union
    -- What is parked for one of them may be woken.
    select f.value ->> 'sku'
    from named n, unnest(inbox.fact_keys(n.provider, n.fact)) as k (key), inbox.events e, jsonb_array_elements(e.facts) as f
    where e.status = 'parked' and e.waiting_for = k.key
  )
  order by p.id
  for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.newer_parts (
  as_of    jsonb,
  said     jsonb,
  moment   text,
  event_id text
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return array(
    select p.key
    from jsonb_each(said) as p
    where p.value <> 'null' and jsonb_build_array(moment, event_id) > coalesce(as_of -> p.key, '[]')
    order by p.key
  );
end
$function$;

CREATE OR REPLACE FUNCTION inbox.retry_due (
  at_most integer DEFAULT 100
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_due uuid[];
  v_events jsonb;
  v_event uuid;
begin
  select coalesce(array_agg(d.id order by d.next_attempt_at), '{}'), coalesce(jsonb_agg(jsonb_build_object('provider', d.provider, 'facts', d.facts)), '[]')
  into v_due, v_events
  from (
    select e.id, e.next_attempt_at, e.provider, e.facts
    from inbox.events e
    where e.status in ('parked', 'failed') and e.next_attempt_at <= now() and e.facts is not null
    order by e.next_attempt_at
    limit at_most
    for update skip locked
  ) d;
  -- All of them before the first is tried: one by one they would be locked in the order of their times, and deadlock with what comes in.
  perform inbox.lock_keys(v_events);
  foreach v_event in array v_due loop
    perform inbox.retry(v_event);
  end loop;
  return cardinality(v_due);
end
$function$;

CREATE OR REPLACE FUNCTION learning.apply_calendar_change (
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_appointment public.appointments;
  v_parts text[];
begin
  if fact ->> 'session_id' is not null then
    return;
  elsif fact ->> 'appointment_id' is not null then
    select a.* into v_appointment from public.appointments a where a.id = (fact ->> 'appointment_id')::uuid for no key update;
    if not found then
      raise exception 'there is no appointment %', fact ->> 'appointment_id'
        using errcode = 'P0002', hint = 'Send the id of a row of appointments, or none: then it is found by calendar_event_id.';
    end if;
  else
    select a.* into v_appointment from public.appointments a where a.calendar_event_id = fact ->> 'provider_ref' for no key update;
  end if;

  v_parts := inbox.newer_parts(
    v_appointment.calendar_as_of,
    jsonb_build_object(
      'calendar_event_id', fact -> 'provider_ref', 'starts_at', fact -> 'starts_at', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link'
    ),
    fact ->> 'occurred_at', apply_calendar_change.event_id
  );
  if v_appointment.id is null or v_parts = '{}' then
    return;
  end if;
  update public.appointments a
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref' else a.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else a.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else a.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else a.meet_link end,
      status = case
        when 'status' <> all (v_parts) then a.status
        when fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed') then 'cancelled'
        when fact ->> 'status' = 'confirmed' and (a.status = 'requested' or (a.status = 'cancelled' and a.cancelled_by_calendar)) then 'confirmed'
        else a.status
      end,
      cancelled_by_calendar = a.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and a.status in ('requested', 'confirmed')),
      calendar_as_of = a.calendar_as_of
        || (select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', apply_calendar_change.event_id)) from unnest(v_parts) as p (part))
  where a.id = v_appointment.id;
end
$function$;

CREATE OR REPLACE FUNCTION learning.apply_form (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into public.form_submissions (provider, provider_ref, form, email, name, fields, created_at)
  values (
    apply_form.provider, fact ->> 'provider_ref', fact ->> 'form', lower(fact ->> 'email'), fact ->> 'name', fact -> 'fields',
    coalesce((fact ->> 'occurred_at')::timestamptz, now())
  )
  on conflict on constraint a_form_is_submitted_once do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION learning.apply_reply (
  provider text,
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_from text := lower(fact ->> 'from');
  v_at timestamptz := coalesce((fact ->> 'occurred_at')::timestamptz, now());
  v_author uuid := commerce.user_of(v_from);
  v_question public.student_questions;
begin
  if fact ->> 'ticket_id' is not null then
    perform 1 from public.support_tickets t where t.id = (fact ->> 'ticket_id')::uuid for key share;
    if not found then
      raise exception 'there is no support ticket %', fact ->> 'ticket_id' using errcode = 'P0002', hint = 'Send the id of a row of support_tickets.';
    end if;
    insert into public.ticket_replies (ticket_id, author_user_id, author_email, from_staff, body, source, provider, provider_ref, created_at)
    values (
      (fact ->> 'ticket_id')::uuid, v_author, v_from, exists (select 1 from public.admins a where a.user_id = v_author), fact ->> 'body', 'email',
      apply_reply.provider, fact ->> 'provider_ref', v_at
    )
    on conflict on constraint a_reply_from_outside_comes_once do nothing;
    return;
  end if;

  select q.* into v_question from public.student_questions q where q.id = (fact ->> 'question_id')::uuid for no key update;
  if not found then
    raise exception 'there is no question %', fact ->> 'question_id' using errcode = 'P0002', hint = 'Send the id of a row of student_questions.';
  end if;
  -- Who asked does not answer himself.
  if v_from = v_question.email or v_author = v_question.user_id then
    return;
  end if;
  update public.student_questions q
  set answer = fact ->> 'body', answered_by = v_author, answer_source = 'email', as_of = v_at, as_of_event = apply_reply.event_id
  where q.id = v_question.id
    and (q.answer_source is null or (q.answer_source = 'email' and (v_at, apply_reply.event_id) > (q.as_of, q.as_of_event)));
end
$function$;

CREATE OR REPLACE FUNCTION learning.appointment_details (
  appointment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'instructor_emails', case
      when a.instructor_user_id is null then learning.instructors_of(a.cohort_id)
      else to_jsonb(array(select lower(u.email) from auth.users u where u.id = a.instructor_user_id and u.email is not null))
    end)
    from public.appointments a left join public.cohorts c on c.id = a.cohort_id
    where a.id = appointment_details.appointment_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.attends (
  cohort_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = attends.cohort_id
      and e.status <> 'cancelled'
      and (e.user_id = auth.uid() or (e.user_id is null and e.email = ops.my_email()))
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.cohort_message_details (
  message_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object(
      'cohort_name', c.name,
      'student_emails', array(select e.email from public.enrollments e where e.cohort_id = c.id and e.status <> 'cancelled' order by 1),
      'instructor_emails', learning.instructors_of(c.id)
    )
    from public.cohort_messages m join public.cohorts c on c.id = m.cohort_id
    where m.id = cohort_message_details.message_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.enrol_buyer (
  order_item_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  select i.cohort_id, i.sku, o.email, o.user_id into v
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = enrol_buyer.order_item_id;
  if exists (select 1 from public.enrollments e where e.order_item_id = enrol_buyer.order_item_id) then
    return null;
  elsif learning.is_enrolled(v.cohort_id, v.email) then
    return format('%s had a seat of %s already when this was paid. Refund it.', v.email, v.sku);
  elsif learning.free_seats(v.cohort_id) < 1 then
    -- It was given up, or never had, before this came to be theirs (again): a refund that failed, an order that is settled.
    return format('The seat of %s was sold since. Raise the cohort''s capacity and settle, or refund it.', v.sku);
  end if;
  insert into public.enrollments as e (cohort_id, email, user_id, order_item_id)
  values (v.cohort_id, v.email, v.user_id, enrol_buyer.order_item_id)
  on conflict on constraint a_person_enrols_once_in_a_cohort do update
  set status = 'active', order_item_id = excluded.order_item_id, user_id = coalesce(excluded.user_id, e.user_id)
  -- A later purchase that a person cancelled stays the one that counts: it is not this one's to undo.
  where e.status = 'cancelled' and (e.order_item_id is null or e.order_item_id < excluded.order_item_id or e.cancelled_by_refund);
  if not found then
    return format('%s bought a seat of %s more than once. Refund what is too much.', v.email, v.sku);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION learning.enrollment_details (
  enrollment_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'cohort_starts_at', c.starts_at, 'cohort_ends_at', c.ends_at, 'order_number', o.number)
    from public.enrollments e
    join public.cohorts c on c.id = e.cohort_id
    left join public.order_items i on i.id = e.order_item_id
    left join public.orders o on o.id = i.order_id
    where e.id = enrollment_details.enrollment_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.free_seats (
  cohort_id uuid
)
  RETURNS integer
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select c.capacity
      - (select count(*) from public.enrollments e where e.cohort_id = c.id and e.status <> 'cancelled')
      - (select coalesce(sum(r.quantity), 0) from public.stock_reservations r where r.cohort_id = c.id and r.status = 'held')
    from public.cohorts c
    where c.id = free_seats.cohort_id
  )::integer;
end
$function$;

CREATE OR REPLACE FUNCTION learning.guard_appointment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may do anything that makes sense
  v_teaches boolean;
begin
  if tg_op = 'INSERT' then
    if new.user_id is null and new.email is null then
      new.user_id := v_caller;
    end if;
    new.email := lower(coalesce(new.email, (select u.email from auth.users u where u.id = new.user_id and u.email_confirmed_at is not null)));
    new.user_id := coalesce(new.user_id, commerce.user_of(new.email));
    return new;
  end if;

  if v_caller is not null and not ops.is_admin() then
    v_teaches := coalesce(old.instructor_user_id = v_caller, false) or learning.teaches(old.cohort_id);
    if not v_teaches and (
      new.status not in (old.status, 'cancelled') or to_jsonb(new) - 'status' <> to_jsonb(old) - 'status'
    ) then
      raise exception 'a student may cancel an appointment, and change nothing else of it'
        using errcode = '42501', hint = 'Cancel it, and ask for another.';
    end if;
    if v_teaches and old.instructor_user_id is null and new.status = 'confirmed' then
      new.instructor_user_id := v_caller;
    end if;
    if v_teaches and new.instructor_user_id is distinct from old.instructor_user_id
      and (old.instructor_user_id is not null or new.instructor_user_id <> v_caller) then
      raise exception 'an instructor takes an appointment, and gives it to nobody else' using errcode = '42501', hint = 'Ask an admin.';
    end if;
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_calendar := false;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('requested', 'confirmed'), ('requested', 'cancelled'), ('confirmed', 'cancelled'), ('confirmed', 'completed'), ('cancelled', 'confirmed')
  ) then
    raise exception 'an appointment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint = 'requested → confirmed → completed; cancelled before it took place, and confirmed anew.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION learning.guard_capacity()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if learning.free_seats(new.id) < 0 then
    raise exception 'more seats of the cohort are taken or held than %', new.capacity
      using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats', hint = 'Cancel enrollments first.';
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION learning.guard_seat()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  new.email := lower(new.email);
  if tg_op = 'UPDATE' and new.cohort_id <> old.cohort_id then
    raise exception 'an enrollment stays in its cohort' using errcode = '23514', hint = 'Cancel it, and enrol in the other cohort.';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.user_id is null then
    new.user_id := commerce.user_of(new.email);
  end if;
  if new.status <> 'cancelled' and (tg_op = 'INSERT' or old.status = 'cancelled') then
    -- A buyer's seat was set aside by his checkout until now: it is free for nobody else, and need not be locked.
    if new.order_item_id is null or (tg_op = 'UPDATE' and new.order_item_id is not distinct from old.order_item_id) then
      perform 1 from public.cohorts c where c.id = new.cohort_id for no key update;
    end if;
    if learning.free_seats(new.cohort_id) < 1 then
      raise exception 'the cohort is full'
        using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats', hint = 'Raise its capacity, or wait for an unpaid checkout to expire.';
    end if;
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION learning.guard_ticket()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if auth.uid() is not null and not ops.is_admin()
    and (new.priority <> old.priority or new.status not in (old.status, 'closed')) then
    raise exception 'who opened a ticket may close it, and change nothing else of it' using errcode = '42501', hint = 'Write a reply instead.';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION learning.instructors_of (
  cohort_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return coalesce((
    select jsonb_agg(lower(u.email) order by lower(u.email))
    from public.cohort_instructors i join auth.users u on u.id = i.user_id
    where i.cohort_id = instructors_of.cohort_id and u.email is not null
  ), '[]');
end
$function$;

CREATE OR REPLACE FUNCTION learning.is_enrolled (
  cohort_id uuid,
  email     text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
    select 1 from public.enrollments e
    where e.cohort_id = is_enrolled.cohort_id and e.email = lower(is_enrolled.email) and e.status <> 'cancelled'
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.my_name()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (
    select left(coalesce(
      substring(u.raw_user_meta_data ->> 'full_name' from '\S.*'), substring(u.raw_user_meta_data ->> 'name' from '\S.*'), split_part(u.email, '@', 1)
    ), 100)
    from auth.users u where u.id = auth.uid()
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.question_details (
  question_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'instructor_emails', learning.instructors_of(q.cohort_id))
    from public.student_questions q left join public.cohorts c on c.id = q.cohort_id
    where q.id = question_details.question_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION learning.settle_enrolments (
  order_id uuid,
  refunded boolean
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_enrollment record;
begin
  if settle_enrolments.refunded then
    update public.enrollments e set status = 'cancelled', cancelled_by_refund = true
    where e.status = 'active' and e.order_item_id in (select i.id from public.order_items i where i.order_id = settle_enrolments.order_id);
    return;
  end if;
  for v_enrollment in
    select e.id, i.sku
    from public.order_items i join public.enrollments e on e.order_item_id = i.id
    where i.order_id = settle_enrolments.order_id and e.cancelled_by_refund
    order by e.cohort_id
  loop
    begin
      update public.enrollments e set status = 'active' where e.id = v_enrollment.id;
    exception when check_violation then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason, format('Its refund failed, and the seat of %s was sold since. Refund it again.', v_enrollment.sku))
      where o.id = settle_enrolments.order_id;
    end;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION learning.stamp_answer()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'UPDATE' and new.answer is not distinct from old.answer then
    return new;
  end if;
  if new.answer is null then
    if tg_op = 'UPDATE' then
      raise exception 'an answer is not taken back' using errcode = '23514', hint = 'Write a better one in its place.';
    end if;
    return new;
  end if;
  new.answered_at := now();
  if auth.uid() is not null then
    new.answered_by := auth.uid();
    new.answer_source := 'app';
  end if;
  new.answer_source := coalesce(new.answer_source, 'app');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION learning.teaches (
  cohort_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (select 1 from public.cohort_instructors i where i.cohort_id = teaches.cohort_id and i.user_id = auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION learning.ticket_reply_details (
  reply_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select jsonb_build_object('ticket_number', t.number, 'ticket_subject', t.subject, 'ticket_email', t.email)
    from public.ticket_replies r join public.support_tickets t on t.id = r.ticket_id
    where r.id = ticket_reply_details.reply_id
  );
end
$function$;

CREATE OR REPLACE FUNCTION ops.ageing (
  what text
)
  RETURNS TABLE (
    relation text,
    among    text,
    key      text,
    key_type text,
    born     text,
    may_go   text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
BEGIN ATOMIC
 SELECT w.relation,
     COALESCE(w.among, 'true'::text)
  AS "coalesce",
     w.key,
     w.key_type,
     w.born,
     COALESCE(w.may_go, 'true'::text) AS "coalesce"
    FROM ( VALUES ('attempts'::text,'outbox.attempts'::text,NULL::text,'id'::text,'bigint'::text,'t.started_at'::text,NULL::text), ('deliveries'::text,'outbox.deliveries'::text,NULL::text,'id'::text,'bigint'::text,'t.created_at + interval ''4 days'''::text,'t.status in (''delivered'', ''cancelled'') and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)'::text), ('dead deliveries'::text,'outbox.deliveries'::text,NULL::text,'id'::text,'bigint'::text,'t.created_at + interval ''4 days'''::text,'t.status = ''dead'' and t.settled_at < $1 and not exists (select from outbox.attempts a where a.delivery_id = t.id)'::text), ('reconciler requests'::text,'outbox.messages'::text,'t.type = ''reconciliation.requested'''::text,'created_at'::text,NULL::text,'t.created_at'::text,'not exists (select from outbox.deliveries d where d.message_id = t.id and d.status in (''pending'', ''sending''))'::text), ('reconciliations'::text,'inbox.reconciliations'::text,'t.missed = 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('reconciliations that found'::text,'inbox.reconciliations'::text,'t.missed > 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('inquiries'::text,'inbox.inquiries'::text,NULL::text,'next_at'::text,NULL::text,'t.next_at'::text,NULL::text), ('audits'::text,'ops.audits'::text,'t.found = 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('audits that found'::text,'ops.audits'::text,'t.found > 0'::text,'id'::text,NULL::text,'t.started_at'::text,NULL::text), ('checkout requests'::text,'public.checkout_requests'::text,NULL::text,'created_at'::text,NULL::text,'t.created_at'::text,NULL::text), ('events'::text,'inbox.events'::text,NULL::text,'id'::text,'uuid'::text,'t.received_at'::text,'t.status in (''applied'', ''ignored'') and (t.trust <> ''unconfirmed'' or t.next_attempt_at is null)
        and not exists (select from outbox.messages m where m.event_id = t.id)'::text), ('rejections'::text,'inbox.rejections'::text,NULL::text,'minute'::text,NULL::text,'t.minute'::text,NULL::text), ('couriers'::text,'outbox.couriers'::text,NULL::text,'id'::text,NULL::text,'t.started_at'::text,'t.awake_until is null or t.awake_until < $1'::text), ('cron log'::text,'cron.job_run_details'::text,NULL::text,'runid'::text,'bigint'::text,'coalesce(t.end_time, t.start_time, ''-infinity'')'::text,'t.end_time is not null or t.status = ''failed'''::text)) w(what, relation, among, key, key_type, born, may_go)
   WHERE (w.what = ageing.what);
END;

CREATE OR REPLACE FUNCTION ops.audit_consistency()
  RETURNS TABLE (
    what   text,
    id     text,
    which  text,
    why    text,
    remedy text,
    since  timestamp with time zone
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_started_at timestamptz := clock_timestamp();
  v_found integer;
  v_findings jsonb;
begin
  select count(*), coalesce(jsonb_agg(to_jsonb(f) - 'position' order by f.position) filter (where f.position <= 1000), '[]') into v_found, v_findings
  from (
    select i.*, coalesce(b.since, now()) as since, row_number() over (order by b.since, i.what, i.id) as position
    from ops.inconsistencies i
    left join (
      select f.what, f.id, min(f.since) as since
      from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
        jsonb_to_recordset(latest.findings) as f (what text, id text, since timestamptz)
      group by 1, 2
    ) b on b.what = i.what and b.id = i.id
  ) f;
  insert into ops.audits (started_at, finished_at, found, findings) values (v_started_at, clock_timestamp(), v_found, v_findings);
  return query
    select f.* from jsonb_to_recordset(v_findings) as f (what text, id text, which text, why text, remedy text, since timestamptz);
end
$function$;

CREATE OR REPLACE FUNCTION ops.is_admin()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return exists (select 1 from public.admins a where a.user_id = auth.uid());
end
$function$;

CREATE OR REPLACE FUNCTION ops.my_email()
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return (select lower(u.email) from auth.users u where u.id = auth.uid() and u.email_confirmed_at is not null);
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.apply_calendar_change (
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_session public.tutoring_sessions;
  v_parts text[];
begin
  if fact ->> 'appointment_id' is not null then
    return;
  end if;
  -- A session that moves looks for its recordings, and recordings for their session: before either's row, as in apply_meeting.
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  if fact ->> 'session_id' is not null then
    select s.* into v_session from public.tutoring_sessions s where s.id = (fact ->> 'session_id')::uuid for no key update;
    if not found then
      raise exception 'there is no tutoring session %', fact ->> 'session_id'
        using errcode = 'P0002', hint = 'Send the id of a row of tutoring_sessions, or none: then it is found by calendar_event_id.';
    end if;
  else
    select s.* into v_session
    from public.tutoring_sessions s
    where s.calendar_event_id = fact ->> 'provider_ref'
    order by s.id
    limit 1
    for no key update;
  end if;

  v_parts := inbox.newer_parts(
    v_session.calendar_as_of,
    jsonb_build_object(
      'calendar_event_id', fact -> 'provider_ref', 'starts_at', fact -> 'starts_at', 'status', fact -> 'status', 'meet_link', fact -> 'meet_link'
    ),
    fact ->> 'occurred_at', apply_calendar_change.event_id
  );
  if v_session.id is null or v_parts = '{}' then
    return;
  end if;
  update public.tutoring_sessions s
  set calendar_event_id = case when 'calendar_event_id' = any (v_parts) then fact ->> 'provider_ref' else s.calendar_event_id end,
      starts_at = case when 'starts_at' = any (v_parts) then (fact ->> 'starts_at')::timestamptz else s.starts_at end,
      ends_at = case when 'starts_at' = any (v_parts) then (fact ->> 'ends_at')::timestamptz else s.ends_at end,
      meet_link = case when 'meet_link' = any (v_parts) then fact ->> 'meet_link' else s.meet_link end,
      status = case
        when 'status' <> all (v_parts) then s.status
        when fact ->> 'status' = 'cancelled' and s.status = 'scheduled' then 'cancelled'
        when fact ->> 'status' = 'confirmed' and s.status = 'cancelled' and s.cancelled_by_calendar
          -- What the calendar says does not take the money back.
          and not exists (
            select 1 from public.order_items i join public.orders o on o.id = i.order_id
            where i.id = s.order_item_id and o.status = 'refunded'
          ) then 'scheduled'
        else s.status
      end,
      cancelled_by_calendar = s.cancelled_by_calendar
        or ('status' = any (v_parts) and fact ->> 'status' = 'cancelled' and s.status = 'scheduled'),
      calendar_as_of = s.calendar_as_of
        || (select jsonb_object_agg(p.part, jsonb_build_array(fact -> 'occurred_at', apply_calendar_change.event_id)) from unnest(v_parts) as p (part))
  where s.id = v_session.id;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.book_session (
  order_item_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  select i.name, i.sku, r.starts_at, r.ends_at, r.tutor_email, o.email, o.user_id into v
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.stock_reservations r
    on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id and r.starts_at = i.starts_at
  where i.id = book_session.order_item_id;
  if exists (select 1 from public.tutoring_sessions s where s.order_item_id = book_session.order_item_id) then
    return null;
  elsif v.starts_at < now() then
    return format('%s was paid after the time it was to begin at, %s. Agree on another one with %s, or refund it.', v.sku, ops.iso_utc(v.starts_at), v.email);
  end if;
  insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, tutor_user_id, student_email, student_user_id, order_item_id)
  values (v.name, v.starts_at, v.ends_at, v.tutor_email, commerce.user_of(v.tutor_email), v.email, v.user_id, book_session.order_item_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.forget_cancellation()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  new.cancelled_by_calendar := false;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.is_busy (
  tutor_email text,
  starts_at   timestamp with time zone,
  ends_at     timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
      select 1 from public.tutoring_sessions s
      where s.tutor_email = is_busy.tutor_email and s.status = 'scheduled' and s.starts_at < is_busy.ends_at and s.ends_at > is_busy.starts_at
    )
    or exists (
      select 1 from public.stock_reservations r
      where r.tutor_email = is_busy.tutor_email and r.status = 'held' and r.starts_at < is_busy.ends_at and r.ends_at > is_busy.starts_at
    );
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.settle_bookings (
  order_id uuid,
  refunded boolean
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_session record;
begin
  -- Most orders are of other things: their refunds need not queue for what follows a change of sessions.
  if not exists (
    select 1 from public.order_items i where i.order_id = settle_bookings.order_id and i.kind = 'tutoring_session'
  ) then
    return;
  end if;
  if settle_bookings.refunded then
    update public.tutoring_sessions s set status = 'cancelled', cancelled_by_refund = true
    where s.status = 'scheduled' and s.order_item_id in (select i.id from public.order_items i where i.order_id = settle_bookings.order_id);
    return;
  end if;
  for v_session in
    select s.*
    from public.order_items i join public.tutoring_sessions s on s.order_item_id = i.id
    where i.order_id = settle_bookings.order_id and s.cancelled_by_refund
    order by s.tutor_email, s.starts_at
  loop
    perform pg_advisory_xact_lock(hashtextextended('signalbox tutor ' || v_session.tutor_email, 0));
    if tutoring.is_busy(v_session.tutor_email, v_session.starts_at, v_session.ends_at) then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason, format('Its refund failed, and the tutor''s time at %s was taken since. Refund it again.', ops.iso_utc(v_session.starts_at)))
      where o.id = settle_bookings.order_id;
    else
      update public.tutoring_sessions s set status = 'scheduled', cancelled_by_refund = false where s.id = v_session.id;
    end if;
  end loop;
end
$function$;

ALTER TABLE "public"."appointments"
  ADD CONSTRAINT "a_calendar_names_an_appointment_once" UNIQUE (calendar_event_id);

ALTER TABLE "public"."appointments"
  ADD CONSTRAINT "a_calendars_id_is_short" CHECK ((length(calendar_event_id) <= 1024));

ALTER TABLE "public"."appointments"
  ADD CONSTRAINT "a_link_is_https" CHECK (((meet_link ~ '^https://[^/]'::text) AND (length(meet_link) <= 2000)));

ALTER TABLE "public"."appointments"
  ADD CONSTRAINT "a_note_is_short" CHECK ((length(note) <= 2000));

ALTER TABLE "public"."checkout_items"
  ADD CONSTRAINT "a_checkout_lists_a_product_once" UNIQUE NULLS NOT DISTINCT (checkout_session_id, product_id, starts_at);

ALTER TABLE "public"."checkout_items"
  ADD CONSTRAINT "a_pack_says_how_many_credits" CHECK (((kind = 'credit_pack'::public.product_kind) = (credits IS NOT NULL)));

ALTER TABLE "public"."checkout_items"
  ADD CONSTRAINT "a_seat_names_its_cohort" CHECK (((kind = 'cohort_seat'::public.product_kind) = (cohort_id IS NOT NULL)));

ALTER TABLE "public"."checkout_items"
  ADD CONSTRAINT "a_session_has_its_time" CHECK (((kind = 'tutoring_session'::public.product_kind) = (starts_at IS NOT NULL)));

ALTER TABLE "public"."checkout_requests"
  ADD CONSTRAINT "a_request_opens_a_checkout" FOREIGN KEY (checkout_session_id) REFERENCES public.checkout_sessions(id) ON DELETE CASCADE;

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "a_note_is_short" CHECK ((length(note) <= 2000));

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "an_enrollment_may_be_bought" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "only_what_is_cancelled_was_cancelled_by_a_refund" CHECK (((NOT cancelled_by_refund) OR (status = 'cancelled'::public.enrollment_status)));

ALTER TABLE "public"."fulfillments"
  ADD CONSTRAINT "a_fulfillment_is_of_an_order" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE CASCADE;

ALTER TABLE "public"."fulfillments"
  ADD CONSTRAINT "a_tracking_address_is_https" CHECK ((tracking_url ~ '^https://[^/]'::text));

ALTER TABLE "public"."fulfillments"
  ADD CONSTRAINT "only_what_is_cancelled_was_cancelled_by_a_refund" CHECK (((NOT cancelled_by_refund) OR (status = 'cancelled'::public.fulfillment_status)));

ALTER TABLE "public"."fulfillments"
  ADD CONSTRAINT "what_was_shipped_says_when"
    CHECK (((status = ANY (ARRAY['shipped'::public.fulfillment_status, 'delivered'::public.fulfillment_status, 'returned'::public.fulfillment_status])) = (shipped_at IS NOT NULL)));

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "a_pack_says_how_many_credits" CHECK (((kind = 'credit_pack'::public.product_kind) = (credits IS NOT NULL)));

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "a_seat_names_its_cohort" CHECK (((kind = 'cohort_seat'::public.product_kind) = (cohort_id IS NOT NULL)));

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "a_session_has_its_time" CHECK (((kind = 'tutoring_session'::public.product_kind) = (starts_at IS NOT NULL)));

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "an_order_lists_a_product_once" UNIQUE NULLS NOT DISTINCT (order_id, product_id, starts_at);

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "no_more_is_restocked_than_was_sold" CHECK (((restocked >= 0) AND (restocked <= quantity)));

ALTER TABLE "public"."product_prices"
  ADD CONSTRAINT "a_price_is_of_a_product" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_pack_says_how_many_credits" CHECK (((kind = 'credit_pack'::public.product_kind) = (credits IS NOT NULL)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_seat_names_its_cohort" CHECK (((kind = 'cohort_seat'::public.product_kind) = (cohort_id IS NOT NULL)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_session_says_how_long" CHECK (((kind = 'tutoring_session'::public.product_kind) = (session_minutes IS NOT NULL)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_session_says_with_whom" CHECK (((kind = 'tutoring_session'::public.product_kind) = (tutor_email IS NOT NULL)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_session_takes_5_minutes_to_a_day" CHECK (((session_minutes >= 5) AND (session_minutes <= 1440)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_tutors_address_is_lower_case" CHECK ((tutor_email = lower(tutor_email)));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "credits_are_positive" CHECK ((credits > 0));

ALTER TABLE "public"."products"
  ADD CONSTRAINT "versions_are_not_negative" CHECK (((version > 0) AND (stock_version >= 0)));

ALTER TABLE "public"."refund_requests"
  ADD CONSTRAINT "a_refund_is_asked_for_a_payment" FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE "public"."refund_requests"
  ADD CONSTRAINT "what_was_refused_says_why" CHECK (((status = 'refused'::public.refund_request_status) = (error IS NOT NULL)));

ALTER TABLE "public"."refund_requests"
  ADD CONSTRAINT "what_was_sent_has_the_providers_id" CHECK (((status = 'sent'::public.refund_request_status) = (provider_ref IS NOT NULL)));

ALTER TABLE "public"."started_payments"
  ADD CONSTRAINT "a_payment_is_started_for_a_checkout" FOREIGN KEY (checkout_session_id) REFERENCES public.checkout_sessions(id) ON DELETE CASCADE;

ALTER TABLE "public"."stock_movements"
  ADD CONSTRAINT "a_movement_is_of_a_product" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."stock_movements"
  ADD CONSTRAINT "a_movement_may_be_of_a_checkout" FOREIGN KEY (checkout_session_id) REFERENCES public.checkout_sessions(id) ON DELETE SET NULL;

ALTER TABLE "public"."stock_movements"
  ADD CONSTRAINT "a_movement_may_be_of_an_order" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE SET NULL;

ALTER TABLE "public"."stock_movements"
  ADD CONSTRAINT "another_systems_movement_has_its_id" CHECK (((provider IS NULL) = (provider_ref IS NULL)));

ALTER TABLE "public"."stock_movements"
  ADD CONSTRAINT "what_another_system_moved_is_moved_once" UNIQUE (PROVIDER, provider_ref);

ALTER TABLE "public"."stock_reservations"
  ADD CONSTRAINT "a_checkout_reserves_a_product_once" UNIQUE NULLS NOT DISTINCT (checkout_session_id, product_id, starts_at);

ALTER TABLE "public"."stock_reservations"
  ADD CONSTRAINT "a_tutors_time_has_both_ends" CHECK ((num_nonnulls(tutor_email, starts_at, ends_at) = ANY (ARRAY[0, 3])));

ALTER TABLE "public"."student_questions"
  ADD CONSTRAINT "an_answer_says_when_and_how" CHECK ((num_nonnulls(answer, answered_at, answer_source) = ANY (ARRAY[0, 3])));

ALTER TABLE "public"."ticket_replies"
  ADD CONSTRAINT "a_reply_from_outside_comes_once" UNIQUE (PROVIDER, provider_ref);

ALTER TABLE "public"."ticket_replies"
  ADD CONSTRAINT "a_reply_from_outside_has_its_id" CHECK (((provider IS NULL) = (provider_ref IS NULL)));

ALTER TABLE "public"."tutoring_sessions"
  ADD CONSTRAINT "a_session_may_be_bought" FOREIGN KEY (order_item_id) REFERENCES public.order_items(id);

ALTER TABLE "public"."tutoring_sessions"
  ADD CONSTRAINT "what_was_bought_is_booked_once" UNIQUE (order_item_id);

CREATE INDEX appointments_by_cohort ON public.appointments USING btree (cohort_id);

CREATE INDEX appointments_by_email ON public.appointments USING btree (email);

CREATE INDEX appointments_by_instructor ON public.appointments USING btree (instructor_user_id);

CREATE INDEX appointments_by_user ON public.appointments USING btree (user_id);

CREATE INDEX checkout_items_by_cohort ON public.checkout_items USING btree (cohort_id);

CREATE INDEX checkout_requests_by_age ON public.checkout_requests USING btree (created_at);

CREATE INDEX checkout_requests_by_checkout ON public.checkout_requests USING btree (checkout_session_id);

CREATE INDEX cohort_instructors_by_user ON public.cohort_instructors USING btree (user_id);

CREATE INDEX enrollments_by_email ON public.enrollments USING btree (email);

CREATE INDEX enrollments_by_order_item ON public.enrollments USING btree (order_item_id);

CREATE INDEX enrollments_by_user ON public.enrollments USING btree (user_id);

CREATE INDEX error_reports_unresolved ON public.error_reports USING btree (created_at)
  WHERE (resolved_at IS NULL);

CREATE INDEX fulfillments_under_way ON public.fulfillments USING btree (created_at)
  WHERE (status = ANY (ARRAY['pending'::public.fulfillment_status, 'packed'::public.fulfillment_status]));

CREATE INDEX order_items_by_cohort ON public.order_items USING btree (cohort_id);

CREATE INDEX products_by_cohort ON public.products USING btree (cohort_id);

CREATE INDEX refund_requests_by_payment ON public.refund_requests USING btree (payment_id);

CREATE INDEX seats_held ON public.stock_reservations USING btree (cohort_id)
  WHERE ((status = 'held'::public.reservation_status) AND (cohort_id IS NOT NULL));

CREATE INDEX started_payments_by_checkout ON public.started_payments USING btree (checkout_session_id);

CREATE INDEX stock_movements_by_checkout ON public.stock_movements USING btree (checkout_session_id);

CREATE INDEX stock_movements_by_order ON public.stock_movements USING btree (order_id);

CREATE INDEX stock_movements_by_product ON public.stock_movements USING btree (product_id) INCLUDE (quantity);

CREATE INDEX stock_reservations_by_cohort ON public.stock_reservations USING btree (cohort_id);

CREATE INDEX student_questions_by_cohort ON public.student_questions USING btree (cohort_id);

CREATE INDEX student_questions_unanswered ON public.student_questions USING btree (created_at)
  WHERE (answer IS NULL);

CREATE INDEX support_tickets_under_way ON public.support_tickets USING btree (created_at)
  WHERE (status <> 'closed'::public.ticket_status);

CREATE INDEX ticket_replies_by_ticket ON public.ticket_replies USING btree (ticket_id);

CREATE INDEX tutoring_sessions_by_calendar_event ON public.tutoring_sessions USING btree (calendar_event_id);

CREATE INDEX tutors_time_held ON public.stock_reservations USING btree (tutor_email, starts_at)
  WHERE ((status = 'held'::public.reservation_status) AND (tutor_email IS NOT NULL));

CREATE TRIGGER guard
  BEFORE INSERT OR UPDATE ON public.appointments
  FOR EACH ROW
  EXECUTE FUNCTION learning.guard_appointment();

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.appointments
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.appointments
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('learning.appointment_details');

CREATE TRIGGER touch
  BEFORE UPDATE ON public.appointments
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.cohort_messages
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('learning.cohort_message_details');

CREATE TRIGGER guard_capacity
  AFTER UPDATE OF capacity ON public.cohorts
  FOR EACH ROW
  WHEN ((new.capacity < old.capacity))
  EXECUTE FUNCTION learning.guard_capacity();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.cohorts
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER touch
  BEFORE UPDATE ON public.cohorts
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER guard_seat
  BEFORE INSERT OR UPDATE ON public.enrollments
  FOR EACH ROW
  EXECUTE FUNCTION learning.guard_seat();

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.enrollments
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.enrollments
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('learning.enrollment_details');

CREATE TRIGGER touch
  BEFORE UPDATE ON public.enrollments
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.error_reports
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.form_submissions
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER guard
  BEFORE UPDATE ON public.fulfillments
  FOR EACH ROW
  EXECUTE FUNCTION commerce.guard_fulfillment();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.fulfillments
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('commerce.fulfillment_details');

CREATE TRIGGER touch
  BEFORE UPDATE ON public.fulfillments
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER count_versions
  BEFORE UPDATE ON public.products
  FOR EACH ROW
  EXECUTE FUNCTION commerce.count_versions();

CREATE TRIGGER write_movement
  AFTER UPDATE OF stock ON public.products
  FOR EACH ROW
  WHEN ((COALESCE(new.stock, 0) <> COALESCE(old.stock, 0)))
  EXECUTE FUNCTION commerce.write_movement();

CREATE TRIGGER write_opening
  AFTER INSERT ON public.products
  FOR EACH ROW
  WHEN ((new.stock <> 0))
  EXECUTE FUNCTION commerce.write_movement();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.refund_requests
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER touch
  BEFORE UPDATE ON public.refund_requests
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.started_payments
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER stamp
  BEFORE INSERT OR UPDATE ON public.student_questions
  FOR EACH ROW
  EXECUTE FUNCTION learning.stamp_answer();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.student_questions
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('learning.question_details');

CREATE TRIGGER touch
  BEFORE UPDATE ON public.student_questions
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER guard
  BEFORE UPDATE ON public.support_tickets
  FOR EACH ROW
  EXECUTE FUNCTION learning.guard_ticket();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.support_tickets
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER touch
  BEFORE UPDATE ON public.support_tickets
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.ticket_replies
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('learning.ticket_reply_details');

CREATE TRIGGER forget_cancellation
  BEFORE UPDATE ON public.tutoring_sessions
  FOR EACH ROW
  WHEN (((new.status <> 'cancelled'::public.tutoring_session_status) AND new.cancelled_by_calendar))
  EXECUTE FUNCTION tutoring.forget_cancellation();

CREATE POLICY "admins read who is one" ON "public"."admins"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "people change their own appointments, admins all" ON "public"."appointments"
  FOR UPDATE
  TO "authenticated"
  USING
    (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR (instructor_user_id = ( SELECT auth.uid() AS uid)) OR (
    SELECT ops.is_admin() AS is_admin) OR learning.teaches(cohort_id)));

CREATE POLICY "people read their own appointments, admins all" ON "public"."appointments"
  FOR SELECT
  TO "authenticated"
  USING
    (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR (instructor_user_id = ( SELECT auth.uid() AS uid)) OR (
    SELECT ops.is_admin() AS is_admin) OR learning.teaches(cohort_id)));

CREATE POLICY "students ask for appointments, admins arrange any" ON "public"."appointments"
  FOR INSERT
  TO "authenticated"
  WITH
    CHECK
    ((( SELECT ops.is_admin() AS is_admin) OR ((user_id = ( SELECT auth.uid() AS uid)) AND (NOT (email IS DISTINCT FROM ( SELECT ops.my_email() AS my_email))) AND (status =
    'requested'::public.appointment_status) AND (num_nonnulls(instructor_user_id, meet_link, calendar_event_id) = 0) AND ((cohort_id IS NULL) OR learning.attends(cohort_id)))));

CREATE POLICY "buyers read the items of their own checkouts, admins all" ON "public"."checkout_items"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.checkout_sessions s
  WHERE ((s.id = checkout_items.checkout_session_id) AND (s.user_id = ( SELECT auth.uid() AS uid))))) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "buyers read their own checkouts, admins all" ON "public"."checkout_sessions"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins appoint instructors" ON "public"."cohort_instructors"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins dismiss instructors" ON "public"."cohort_instructors"
  FOR DELETE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "people read who teaches them, admins all" ON "public"."cohort_instructors"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin) OR learning.attends(cohort_id)));

CREATE POLICY "a cohort reads its messages, admins also hidden ones" ON "public"."cohort_messages"
  FOR SELECT
  TO "authenticated"
  USING ((( SELECT ops.is_admin() AS is_admin) OR ((hidden_at IS NULL) AND (learning.attends(cohort_id) OR learning.teaches(cohort_id)))));

CREATE POLICY "admins delete messages" ON "public"."cohort_messages"
  FOR DELETE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins hide messages" ON "public"."cohort_messages"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins add cohorts" ON "public"."cohorts"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins change cohorts" ON "public"."cohorts"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "everybody reads published cohorts" ON "public"."cohorts"
  FOR SELECT
  TO "anon"
  USING (published);

CREATE POLICY "people read their own credits, admins all" ON "public"."credit_ledger"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "buyers read their own customer record, admins all" ON "public"."customers"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins read disputes" ON "public"."disputes"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins change enrollments" ON "public"."enrollments"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins enrol" ON "public"."enrollments"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "people read their own and their cohorts' seats, admins all" ON "public"."enrollments"
  FOR SELECT
  TO "authenticated"
  USING
    (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR ( SELECT ops.is_admin() AS is_admin) OR
    learning.teaches(cohort_id)));

CREATE POLICY "admins read error reports" ON "public"."error_reports"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins resolve error reports" ON "public"."error_reports"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins read form submissions" ON "public"."form_submissions"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins move fulfillments" ON "public"."fulfillments"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "buyers read how their own orders are sent, admins all" ON "public"."fulfillments"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.orders o
  WHERE ((o.id = fulfillments.order_id) AND (o.user_id = ( SELECT auth.uid() AS uid))))) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins read membership invoices" ON "public"."membership_invoices"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "members read their own membership, admins all" ON "public"."memberships"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "buyers read the items of their own orders, admins all" ON "public"."order_items"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.orders o
  WHERE ((o.id = order_items.order_id) AND (o.user_id = ( SELECT auth.uid() AS uid))))) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "buyers read their own orders, admins all" ON "public"."orders"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins read payment approvals" ON "public"."payment_approvals"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "buyers read their own payments, admins all" ON "public"."payments"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins add prices" ON "public"."product_prices"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins change prices" ON "public"."product_prices"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins take prices away" ON "public"."product_prices"
  FOR DELETE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "who sees a product sees its prices" ON "public"."product_prices"
  FOR SELECT
  TO "anon", "authenticated"
  USING ((EXISTS ( SELECT 1
   FROM public.products p
  WHERE (p.id = product_prices.product_id))));

CREATE POLICY "admins add products" ON "public"."products"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins change products" ON "public"."products"
  FOR UPDATE
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin))
  WITH CHECK (( SELECT ops.is_admin() AS is_admin));

ALTER POLICY "everybody reads what is on sale" ON "public"."products" TO "anon";

CREATE POLICY "everybody reads what is on sale, admins all" ON "public"."products"
  FOR SELECT
  TO "authenticated"
  USING ((active OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins read refund requests" ON "public"."refund_requests"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "buyers read the refunds of their own payments, admins all" ON "public"."refunds"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.payments p
  WHERE ((p.id = refunds.payment_id) AND (p.user_id = ( SELECT auth.uid() AS uid))))) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "people read the recaps of their own sessions, admins all" ON "public"."session_recaps"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.tutoring_sessions s
  WHERE (s.id = session_recaps.tutoring_session_id))) OR ((tutoring_session_id IS NULL) AND (emails @> ARRAY[( SELECT ops.my_email() AS my_email)])) OR
    ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "admins read started payments" ON "public"."started_payments"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins read stock movements" ON "public"."stock_movements"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "admins read stock reservations" ON "public"."stock_reservations"
  FOR SELECT
  TO "authenticated"
  USING (( SELECT ops.is_admin() AS is_admin));

CREATE POLICY "instructors answer their cohorts' questions, admins all" ON "public"."student_questions"
  FOR UPDATE
  TO "authenticated"
  USING ((( SELECT ops.is_admin() AS is_admin) OR learning.teaches(cohort_id)));

CREATE POLICY "tutors and students read their own sessions, admins all" ON "public"."tutoring_sessions"
  FOR SELECT
  TO "authenticated"
  USING
    (((tutor_user_id = ( SELECT auth.uid() AS uid)) OR (student_user_id = ( SELECT auth.uid() AS uid)) OR ((tutor_user_id IS NULL) AND (tutor_email = ( SELECT ops.my_email() AS
    my_email))) OR ((student_user_id IS NULL) AND (student_email = ( SELECT ops.my_email() AS my_email))) OR ( SELECT ops.is_admin() AS is_admin)));

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."appointments";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."cohort_messages";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."enrollments";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."fulfillments";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."student_questions";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."support_tickets";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."ticket_replies";

COMMENT ON COLUMN "ops"."audits"."findings" IS 'The first 1000 of them: [{what, id, which, why, remedy, since}]; since: the first of the runs without a break that saw it.';

COMMENT ON COLUMN "ops"."audits"."found" IS 'How many things were as they must never be.';

COMMENT ON COLUMN "public"."admins"."user_id" IS 'The account (auth.users).';

COMMENT ON COLUMN "public"."appointments"."calendar_as_of" IS 'When the calendar last spoke of each part, and the id of the event that told: older news is not applied.';

COMMENT ON COLUMN "public"."appointments"."calendar_event_id" IS 'The calendar''s id of it, by which a change over there finds it.';

COMMENT ON COLUMN "public"."appointments"."cancelled_by_calendar" IS 'It was called off there: should it be confirmed there again, it takes place after all.';

COMMENT ON COLUMN "public"."appointments"."cohort_id" IS 'Whose instructors see it. Null: it is for the admins.';

COMMENT ON COLUMN "public"."appointments"."email" IS 'The student''s address, in lower case.';

COMMENT ON COLUMN "public"."appointments"."instructor_user_id" IS 'Whom it is with. Null: nobody took it yet; who confirms it takes it.';

COMMENT ON COLUMN "public"."appointments"."note" IS 'The student and the instructor can read it.';

COMMENT ON COLUMN "public"."appointments"."user_id" IS 'The student''s account. Null: the one with the address email, once it is confirmed.';

COMMENT ON COLUMN "public"."checkout_items"."credits" IS 'How many credits each of them holds.';

COMMENT ON COLUMN "public"."checkout_items"."reserved" IS 'Whether it has a reservation: goods and packs whose stock was not counted need none.';

COMMENT ON COLUMN "public"."checkout_items"."starts_at" IS 'When the session begins, which the buyer chose.';

COMMENT ON COLUMN "public"."checkout_requests"."answer" IS 'What the caller was told, without the token. Null: the provider is being asked.';

COMMENT ON COLUMN "public"."checkout_requests"."caller" IS 'The account, or guest.';

COMMENT ON COLUMN "public"."checkout_requests"."claimed_until" IS 'Until then whoever came first asks the provider; after that the next caller may.';

COMMENT ON COLUMN "public"."checkout_requests"."fingerprint" IS 'SHA-256 of what was asked: a key means one request.';

COMMENT ON COLUMN "public"."checkout_sessions"."cancelled_at" IS 'When the buyer came back by the cancel URL (commerce.cancel_checkout).';

COMMENT ON COLUMN "public"."checkout_sessions"."returned_at" IS 'When the storefront first asked how it stands (functions/payment-status).';

COMMENT ON COLUMN "public"."cohort_instructors"."user_id" IS 'The account (auth.users).';

COMMENT ON COLUMN "public"."cohort_messages"."hidden_at" IS 'Set: only admins see it.';

COMMENT ON COLUMN "public"."cohorts"."capacity" IS 'How many may have a seat. How many are free: learning.free_seats.';

COMMENT ON COLUMN "public"."cohorts"."published" IS 'Whether everybody sees it; its students and instructors always do.';

COMMENT ON COLUMN "public"."enrollments"."cancelled_by_refund" IS 'Its money went back. Should that refund fail, it is active again if a seat is free.';

COMMENT ON COLUMN "public"."enrollments"."email" IS 'Who it is; in lower case.';

COMMENT ON COLUMN "public"."enrollments"."note" IS 'The student and his instructors can read it.';

COMMENT ON COLUMN "public"."enrollments"."order_item_id" IS 'What bought it. Null: an admin gave it.';

COMMENT ON COLUMN "public"."enrollments"."user_id" IS 'The account. Null: the one with this address, once it is confirmed.';

COMMENT ON COLUMN "public"."error_reports"."details" IS 'Whatever helps to find the cause, up to 20 kB.';

COMMENT ON COLUMN "public"."error_reports"."occurred_at" IS 'By the clock of the device.';

COMMENT ON COLUMN "public"."error_reports"."resolved_at" IS 'When an admin was done with it.';

COMMENT ON COLUMN "public"."form_submissions"."fields" IS 'What was filled in, by the name of the field.';

COMMENT ON COLUMN "public"."form_submissions"."form" IS 'Which form, by its name.';

COMMENT ON COLUMN "public"."form_submissions"."provider_ref" IS 'Its id over there, so that it is taken in once.';

COMMENT ON COLUMN "public"."fulfillments"."cancelled_by_refund" IS 'The order''s money went back before it was shipped. Should that refund fail, it is pending again.';

COMMENT ON COLUMN "public"."fulfillments"."note" IS 'For the buyer.';

COMMENT ON COLUMN "public"."order_items"."credits" IS 'How many credits each of them holds.';

COMMENT ON COLUMN "public"."order_items"."restocked" IS 'How many of them were put back on sale (commerce.restock).';

COMMENT ON COLUMN "public"."order_items"."settled_without_stock" IS 'A person settled its order though something of it could not be had (commerce.settle_order): the buyer was told, or gets it another way.';

COMMENT ON COLUMN "public"."order_items"."starts_at" IS 'When the session begins, which the buyer chose.';

COMMENT ON COLUMN "public"."product_prices"."price_minor" IS 'In minor units of the currency.';

COMMENT ON COLUMN "public"."products"."catalog_versions" IS 'For commerce.set_product: which version last said each part, so that writes that overtake each other come out the same; "all": our own last change, up to which any other is too late.';

COMMENT ON COLUMN "public"."products"."cohort_id" IS 'A seat of which cohort. How many are free the cohort knows (learning.free_seats): leave stock null, or limit this offer by it.';

COMMENT ON COLUMN "public"."products"."credits" IS 'How many credits one pack holds.';

COMMENT ON COLUMN "public"."products"."kind" IS 'How an order of it is fulfilled.';

COMMENT ON COLUMN "public"."products"."session_minutes" IS 'How long a session lasts.';

COMMENT ON COLUMN "public"."products"."stock_version" IS 'The same for the stock. 0: nobody has counted it yet.';

COMMENT ON COLUMN "public"."products"."tutor_email" IS 'Whose time a session takes; in lower case. A tutor is booked once at a time.';

COMMENT ON COLUMN "public"."products"."version" IS 'Of everything but the stock: grows with each change; of two writers'' changes the one with the higher version stands (functions/catalog).';

COMMENT ON COLUMN "public"."refund_requests"."amount_minor" IS 'In minor units.';

COMMENT ON COLUMN "public"."refund_requests"."error" IS 'Why the provider will not, and what can be done.';

COMMENT ON COLUMN "public"."refund_requests"."provider_ref" IS 'The provider''s id of the refund; see refunds.';

COMMENT ON COLUMN "public"."refund_requests"."restock" IS 'Whether the goods go back on sale once the money went back.';

COMMENT ON COLUMN "public"."started_payments"."asked_at" IS 'When the provider was last asked about it because a buyer waits (functions/payment-status).';

COMMENT ON COLUMN "public"."started_payments"."close_requested_at" IS 'The buyer is not to pay here any more: the checkout was called off or has expired. The route to destination payment_pages lets the courier close it.';

COMMENT ON COLUMN "public"."started_payments"."closed_at" IS 'When the provider closed it, or had nothing to close.';

COMMENT ON COLUMN "public"."started_payments"."kind" IS 'Stripe: checkout_session or payment_intent. PayPal: order. Fapshi: transaction.';

COMMENT ON COLUMN "public"."started_payments"."provider_ref" IS 'The provider''s id of it.';

COMMENT ON COLUMN "public"."stock_movements"."provider_ref" IS 'The other system''s id of it (functions/catalog).';

COMMENT ON COLUMN "public"."stock_movements"."quantity" IS 'More than 0: more can be sold. Less: less.';

COMMENT ON COLUMN "public"."stock_reservations"."cohort_id" IS 'Whose seats they are.';

COMMENT ON COLUMN "public"."stock_reservations"."tutor_email" IS 'Whose time it is, from starts_at to ends_at.';

COMMENT ON COLUMN "public"."student_questions"."answered_at" IS 'When the answer was written or last changed (learning.stamp_answer).';

COMMENT ON COLUMN "public"."student_questions"."answered_by" IS 'Whose answer it is. Null: it came from outside, from an address without an account.';

COMMENT ON COLUMN "public"."student_questions"."as_of" IS 'When the e-mail that answers was written; an older one is not applied.';

COMMENT ON COLUMN "public"."student_questions"."as_of_event" IS 'The id of the event that told of it: decides between two of one moment.';

COMMENT ON COLUMN "public"."student_questions"."cohort_id" IS 'Whose instructors it is for. Null: it is for the admins.';

COMMENT ON COLUMN "public"."support_tickets"."number" IS 'For people: what the customer is told.';

COMMENT ON COLUMN "public"."ticket_replies"."provider" IS 'Who passed it on, where it came from outside.';

COMMENT ON COLUMN "public"."ticket_replies"."provider_ref" IS 'Its id over there, so that it is taken in once.';

COMMENT ON COLUMN "public"."tutoring_sessions"."calendar_as_of" IS 'When the calendar last spoke of each part, and the id of the event that told: older news is not applied.';

COMMENT ON COLUMN "public"."tutoring_sessions"."cancelled_by_calendar" IS 'It was called off there: should it be confirmed there again, it takes place after all.';

COMMENT ON COLUMN "public"."tutoring_sessions"."cancelled_by_refund" IS 'Its money went back. Should that refund fail, it is scheduled again if the tutor is free.';

COMMENT ON COLUMN "public"."tutoring_sessions"."order_item_id" IS 'What bought it. Null: it was arranged otherwise.';

COMMENT ON FUNCTION "commerce"."begin_checkout"(text, text, text, text, jsonb, text, uuid) IS 'Opens a checkout for a call of functions/checkout, once for each key of a caller. outcome: begun, start the payment at the provider; answered, tell what was told before; busy, the same call is under way; over, its checkout was called off or has expired; other_request, the key was used for another one. Raises as commerce.open_checkout does, and then nothing is kept.';

COMMENT ON FUNCTION "commerce"."cancel_checkout"(uuid) IS 'The buyer came back by the cancel URL: what was reserved is released at once. Only an open checkout is called off; money that is on its way, or came, decides otherwise. Returns how the checkout stands. Null: there is none.';

COMMENT ON FUNCTION "commerce"."catalog_state"(jsonb) IS 'How these products stand now, in the order in which they are named, each once: what functions/catalog answers, so that a writer knows what to base the next write on. own_version: our own last change; a write that is not above it lost.';

COMMENT ON FUNCTION "commerce"."check_item"(text, public.product_kind, uuid, integer, timestamp with time zone, text) IS 'What an item must have beyond sku and quantity, by its kind. Raises as commerce.open_checkout does.';

COMMENT ON FUNCTION "commerce"."checkout_details"(uuid) IS 'What a provider and the buyer are told of a checkout: {id, email, total_minor, currency, expires_at, items}.';

COMMENT ON FUNCTION "commerce"."checkout_token"(uuid) IS 'A guest''s key to a checkout: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. Unlike the checkout''s id it goes to nobody but its buyer.';

COMMENT ON FUNCTION "commerce"."claim_stock"(public.stock_reservations) IS 'Takes what a reservation is to hold from what is free: stock, a cohort''s seats, a tutor''s time. False: there is not enough, and nothing changed. The caller then makes the reservation held or taken; it has called commerce.lock_seats.';

COMMENT ON FUNCTION "commerce"."close_payments"(uuid) IS 'Lets the courier close, at the provider, what was started for a checkout: the buyer is not to pay there any more.';

COMMENT ON FUNCTION "commerce"."count_versions"() IS 'Row trigger: each change of a product grows its version, each change of its stock its stock_version, unless the writer says which they are.';

COMMENT ON FUNCTION "commerce"."follow_payment"(public.payments, public.checkout_sessions) IS 'What a payment means for its checkout: the order, once its money is ours and need not be reviewed; else how it stands. The caller holds the rows of both.';

COMMENT ON FUNCTION "commerce"."fulfil_services"(uuid) IS 'Enrols, books and credits what an order''s items ask for; done once, however often it is called. Returns null, or in words what a person must settle.';

COMMENT ON FUNCTION "commerce"."fulfillment_details"(uuid) IS 'What a message about a fulfillment says besides its row: whom to write to, about which order, and its items.';

COMMENT ON FUNCTION "commerce"."guard_fulfillment"() IS 'Row trigger: which ways a fulfillment may go, whoever moves it; says when it was shipped and delivered.';

COMMENT ON FUNCTION "commerce"."hold_stock"(uuid, public.reservation_status) IS 'Takes back, where there is some, what was released of a checkout. Returns in words what is missing. Never makes stock negative. The caller holds the checkout''s row.';

COMMENT ON FUNCTION "commerce"."is_theirs"(uuid, text, uuid) IS 'Whether a checkout is that of who asks: by the guest''s token, or by the account.';

COMMENT ON FUNCTION "commerce"."left_of"(public.stock_reservations) IS 'How many there are of what a reservation asks for. For words to people.';

COMMENT ON FUNCTION "commerce"."lock_checkouts"(uuid[], uuid[]) IS 'Locks many checkouts, then the seats and the stock rows that paying or ending them may move, each by id, before the first is touched: one transaction for many would otherwise lock stock in the order of its checkouts, and deadlock with buyers.';

COMMENT ON FUNCTION "commerce"."lock_payment"(uuid) IS 'A payment, locked, for a person or the courier who is to change it or its order: first of all locks, so that they queue with its events and do not deadlock.';

COMMENT ON FUNCTION "commerce"."lock_seats"(uuid[]) IS 'Locks whose seats and whose time checkouts are about, in one order and before any stock: what is free is counted, and must stay so until it is taken.';

COMMENT ON FUNCTION "commerce"."make_order"(public.payments, public.checkout_sessions) IS 'A captured payment makes its one order: the checkout is completed, the reserved stock taken, and each item fulfilled by its kind. When stock is gone the order needs_attention. The caller holds the rows of both.';

COMMENT ON FUNCTION "commerce"."may_close"(uuid) IS 'Asked by the courier right before it closes, at the provider, what was started there. Null: it may; else why not.';

COMMENT ON FUNCTION "commerce"."may_refund"(uuid) IS 'Asked by the courier right before it asks the provider to refund. outcome: null, it may; cancelled, there is nothing to do any more; refused, a person should look. reason says why.';

COMMENT ON FUNCTION "commerce"."moment_of"(text) IS 'A moment in ISO 8601 with its offset. Null for null. Raises 22023.';

COMMENT ON FUNCTION "commerce"."move_stock"(uuid, integer, public.stock_reason, uuid, uuid, text, text, text, bigint) IS 'Changes what can still be sold of a product, and says why in the ledger. False: there is not enough, and nothing changed. Stock that is not counted always suffices, and is counted from when somebody says its stock_version.';

COMMENT ON FUNCTION "commerce"."note_refund"(uuid, text, text) IS 'The courier writes down what the provider said to a refund request: its id of the refund, or why not.';

COMMENT ON FUNCTION "commerce"."open_checkout"(text, jsonb, text, uuid) IS 'Opens a checkout session for items [{"sku":"…","quantity":1,"starts_at":"…"}] (starts_at: of a tutoring session) at today''s prices and reserves their stock, seats and time. currency: which prices; null: the products'' own. Returns its id, which the provider''s object must name. Raises 22023 for bad input, P0002 for an unknown product, P0001 when sold out; the detail is a word for programs (sold_out).';

COMMENT ON FUNCTION "commerce"."payment_status"(uuid) IS 'How a checkout stands, for its buyer: state processing (ask again), paid, in_review, failed, cancelled, expired, unpaid (he has not paid, and still may) or refunded; waited_ms: since he first asked. The caller has checked commerce.is_theirs.';

COMMENT ON FUNCTION "commerce"."receive_stock"(text, jsonb) IS 'Applies stock.moved, each movement once by its id. Never below 0: one that would be waits until there is enough, and is shown in ops.attention after an hour. Of a product whose stock is not counted nothing moves.';

COMMENT ON FUNCTION "commerce"."record_refund"(uuid, bigint, text, text) IS 'An admin has paid money back by hand, where the provider cannot (Fapshi): select commerce.record_refund(''<payment id>'', 5000, ''<transfer id>'', ''why''). Once per reference. Raises 22023 for more than is left.';

COMMENT ON FUNCTION "commerce"."refundable"(uuid) IS 'How much of a payment can still go back, in minor units: what was captured, less what went back, is on its way, or was asked for. Null: nothing was captured.';

COMMENT ON FUNCTION "commerce"."request_refund"(uuid, bigint, text, boolean, text) IS 'An admin gives money back: select commerce.request_refund(''<payment id>'', 1000, ''broken''). The courier asks the provider, once. amount_minor: in minor units; null: all that is left. restock: the goods go back on sale once it went back. Returns the request''s id. Raises 22023 for more than is left.';

COMMENT ON FUNCTION "commerce"."reserve_stock"(uuid) IS 'Sets aside what the items of a new checkout ask for. Raises P0001 when there is not enough. Goods whose stock is not counted need no reservation.';

COMMENT ON FUNCTION "commerce"."restock"(uuid, jsonb, text) IS 'Puts goods of an order back on sale: select commerce.restock(''<order id>'', ''[{"sku": "mug", "quantity": 1}]'', ''came back whole''). Without items: all that were not yet. Returns how many. Raises 22023 for more than were sold.';

COMMENT ON FUNCTION "commerce"."set_product"(text, jsonb) IS 'Applies product.set: the higher version wins, part by part, in whatever order they come; one that is not above our own last change was made without knowing it, and changes nothing. An unknown sku becomes a product (goods, none in stock) when its name, price and currency are told, and waits until then.';

COMMENT ON FUNCTION "commerce"."set_stock"(text, text, jsonb) IS 'Applies stock.set: what can be sold of a product is what was counted, if its version is higher than that of the stock. A sale or a reservation that the counter had not heard of made that one higher: the count then changes nothing, and nothing that is held is sold twice.';

COMMENT ON FUNCTION "commerce"."settle_order"(uuid, boolean) IS 'A person has settled what an order needed attention for: select commerce.settle_order(''<id>''). Takes the stock and seats that were found meanwhile; without_stock: settled all the same.';

COMMENT ON FUNCTION "commerce"."settle_restock"(uuid) IS 'Once a payment went back in full: puts the goods of its order back on sale, where the admin who asked for the refund chose so. Done once.';

COMMENT ON FUNCTION "commerce"."settle_services"(uuid, boolean) IS 'An order''s money went back in full, or that refund failed after all: what was not sent, not begun and not held yet is called off, or goes on; what cannot any more needs attention. Credits: community.settle_credits. Goods go back on sale by choice: commerce.restock.';

COMMENT ON FUNCTION "commerce"."start_payment"(uuid, text, text, text, jsonb) IS 'Writes down what was made at the provider for a checkout, and what its buyer is told, now and whenever he asks with the same key. Raises when the checkout is over already, or the provider gave the same for another one.';

COMMENT ON FUNCTION "commerce"."take_restocked"(uuid) IS 'A refund failed before its goods were sent: what was put back on sale (commerce.restock) is sold again. Returns null, or in words what is missing. Never makes stock negative.';

COMMENT ON FUNCTION "commerce"."to_ask"(uuid) IS 'Which providers are to be asked how a checkout''s payment stands, since its buyer waits for more than 3 seconds. Each is handed out once for a while (3 s, then twice that …), however many ask.';

COMMENT ON FUNCTION "commerce"."undo_checkout"(uuid) IS 'The payment could not be started at the provider: what was reserved is released, and the same key may be used again. Changes nothing once the buyer was told where to pay.';

COMMENT ON FUNCTION "commerce"."write_movement"() IS 'Row trigger: writes each change of a product''s stock into the ledger, with the reason that commerce.move_stock gave.';

COMMENT ON FUNCTION "inbox"."lock_products"(jsonb) IS 'Locks the rows of all products that events are about, by id, before the first is touched: they may name hundreds, in any order, and buyers lock theirs by id.';

COMMENT ON FUNCTION "inbox"."newer_parts"(jsonb, jsonb, text, text) IS 'Which parts of what an event says are news: null says nothing, and as_of has for each part the moment (ISO 8601 in UTC) and the event that last spoke of it. So parts that are told in any order come out the same.';

COMMENT ON FUNCTION "learning"."apply_calendar_change"(text, jsonb) IS 'Applies calendar.changed to the appointment it names, or that has the calendar''s id: the newest news wins, part by part (time, status, link). One that took place stays completed; one that a person called off stays so. An appointment of nobody here changes nothing.';

COMMENT ON FUNCTION "learning"."apply_form"(text, jsonb) IS 'Applies form.submitted: each submission once.';

COMMENT ON FUNCTION "learning"."apply_reply"(text, text, jsonb) IS 'Applies reply.received. To a question: it is the answer, unless who asked wrote it, or somebody answered in the app; of several by e-mail the newest. To a ticket: one more reply, once; from staff when the address is that of an admin''s account. Raises P0002 for a question or ticket that is not here.';

COMMENT ON FUNCTION "learning"."appointment_details"(uuid) IS 'What a message about an appointment says besides its row: the cohort''s name, and the addresses of whom it is with, or of who could take it.';

COMMENT ON FUNCTION "learning"."attends"(uuid) IS 'Whether who asks has a seat in a cohort: by his account, or by his confirmed address where the enrollment names no account. For policies.';

COMMENT ON FUNCTION "learning"."cohort_message_details"(uuid) IS 'What a message about a cohort''s message says besides its row: the cohort''s name, and everybody''s address there, the author''s too.';

COMMENT ON FUNCTION "learning"."enrol_buyer"(uuid) IS 'Enrols the buyer of a seat, which his checkout had set aside. Once, however often it is called. Returns null, or in words why it cannot: he has a seat already, or bought again since, or it was given up and sold.';

COMMENT ON FUNCTION "learning"."enrollment_details"(uuid) IS 'What a message about an enrollment says besides its row: of what, from when to when, and the order that bought it (null: an admin gave it).';

COMMENT ON FUNCTION "learning"."free_seats"(uuid) IS 'How many seats of a cohort are neither taken nor held for a checkout. Null: there is no such cohort. Who is about to take one holds the cohort''s row.';

COMMENT ON FUNCTION "learning"."guard_appointment"() IS 'Row trigger: whose a new appointment is; and later which ways it may go, what the student may change (cancel it) and what the instructor (not whose it is).';

COMMENT ON FUNCTION "learning"."guard_capacity"() IS 'Row trigger: a cohort''s capacity is not lowered below what is taken.';

COMMENT ON FUNCTION "learning"."guard_seat"() IS 'Row trigger: nobody is enrolled without a seat, whoever enrols him.';

COMMENT ON FUNCTION "learning"."guard_ticket"() IS 'Row trigger: a ticket is moved by admins; who opened it may only close it.';

COMMENT ON FUNCTION "learning"."instructors_of"(uuid) IS 'The addresses of a cohort''s instructors, as a list. For messages.';

COMMENT ON FUNCTION "learning"."is_enrolled"(uuid, text) IS 'Whether somebody has a seat in a cohort.';

COMMENT ON FUNCTION "learning"."my_name"() IS 'What who asks is called: as his account says, else by what his address begins with.';

COMMENT ON FUNCTION "learning"."question_details"(uuid) IS 'What a message about a question says besides its row: the cohort''s name, and the addresses of who can answer it.';

COMMENT ON FUNCTION "learning"."settle_enrolments"(uuid, boolean) IS 'An order''s money went back in full: the seats it bought are free again. Or that refund failed: they are theirs again, where they are free.';

COMMENT ON FUNCTION "learning"."stamp_answer"() IS 'Row trigger: an answer says when it was written and by whom, truly. From outside (no account asks) the writer says who and how.';

COMMENT ON FUNCTION "learning"."teaches"(uuid) IS 'Whether who asks is an instructor of a cohort. For policies.';

COMMENT ON FUNCTION "learning"."ticket_reply_details"(uuid) IS 'What a message about a reply says besides its row: to which ticket it is, and the address of who opened that.';

COMMENT ON FUNCTION "ops"."audit_consistency"() IS 'Looks for everything that must never be, and keeps what it found in ops.audits: select * from ops.audit_consistency(). No row: all is well. Run by cron every ten minutes. Changes nothing else.';

COMMENT ON FUNCTION "ops"."is_admin"() IS 'Whether who asks is an admin. For policies.';

COMMENT ON FUNCTION "ops"."my_email"() IS 'The confirmed e-mail address of who asks, in lower case. Null: there is none.';

COMMENT ON FUNCTION "tutoring"."apply_calendar_change"(text, jsonb) IS 'Applies calendar.changed to the session it names, or that has the calendar''s id: the newest news wins, part by part (time, status, link). One that took place stays completed; one that was called off by a refund or by a person stays so. An appointment of nobody here changes nothing.';

COMMENT ON FUNCTION "tutoring"."book_session"(uuid) IS 'Books the session that was bought, at the time that its checkout had set aside. Once, however often it is called. Returns null, or in words why it cannot: the time is over.';

COMMENT ON FUNCTION "tutoring"."forget_cancellation"() IS 'Row trigger: a session that takes place after all is not one that the calendar called off. Should a person cancel it then, the calendar does not bring it back.';

COMMENT ON FUNCTION "tutoring"."is_busy"(text, timestamp with time zone, timestamp with time zone) IS 'Whether a tutor has a session, or one held for a checkout, in a span of time. Who is about to book holds commerce.lock_seats.';

COMMENT ON FUNCTION "tutoring"."settle_bookings"(uuid, boolean) IS 'An order''s money went back in full: the sessions it bought are called off. Or that refund failed: they take place after all, where the tutor is free.';

COMMENT ON SCHEMA "learning" IS 'The rules about cohorts, enrolments, questions and tickets. The tables are in public.';

COMMENT ON TABLE "ops"."audits" IS 'What ops.audit_consistency found, run by run; nothing is as it must be. What the latest one found is in ops.attention.';

COMMENT ON TABLE "public"."admins" IS 'Which accounts are admins: insert into public.admins (user_id, note) select id, ''the owner'' from auth.users where email = ''…''. Takes effect at once, and so does deleting the row.';

COMMENT ON TABLE "public"."appointments" IS 'Talks of a student with an instructor. A student asks for one and may cancel it; an instructor of the cohort, or an admin, confirms, moves and completes it. Tutoring that is sold: tutoring_sessions.';

COMMENT ON TABLE "public"."checkout_requests" IS 'Calls of functions/checkout by their Idempotency-Key: a second click gets the first one''s answer.';

COMMENT ON TABLE "public"."cohort_instructors" IS 'Who teaches a cohort: sees its students, answers their questions, writes to them.';

COMMENT ON TABLE "public"."cohort_messages" IS 'What students and instructors write to their cohort. Who wrote it does not change it any more; an admin hides or deletes it.';

COMMENT ON TABLE "public"."cohorts" IS 'Groups that take a course together. Their seats are sold by products of kind cohort_seat, or given by an admin (enrollments).';

COMMENT ON TABLE "public"."enrollments" IS 'Who has a seat in a cohort: by a purchase (learning.enrol_buyer, the only way a payment enrols), or by an admin, who inserts a row. One per person and cohort.';

COMMENT ON TABLE "public"."error_reports" IS 'What went wrong in an app. Whoever is signed in reports; nobody but admins reads, not even what he reported himself: insert without asking for the row back.';

COMMENT ON TABLE "public"."form_submissions" IS 'Forms that were filled in elsewhere, and passed on by make.com.';

COMMENT ON TABLE "public"."fulfillments" IS 'The parcel of an order, made with it where it holds goods. An admin moves its status; the buyer is told.';

COMMENT ON TABLE "public"."product_prices" IS 'What a product costs in other currencies than its own: one stock, sold by Stripe in EUR and by Fapshi in XAF.';

COMMENT ON TABLE "public"."products" IS 'What is sold: goods, seats of cohorts, tutoring sessions, packs of credits. Further prices, in other currencies, are in product_prices.';

COMMENT ON TABLE "public"."refund_requests" IS 'Refunds that an admin asked for: commerce.request_refund. The route to destination refunds lets the courier ask the provider, once.';

COMMENT ON TABLE "public"."started_payments" IS 'What functions/checkout made at a provider for a checkout: where the buyer pays. What becomes of it is told by payments.';

COMMENT ON TABLE "public"."stock_movements" IS 'The ledger of stock: each change of products.stock, whoever made it, written by commerce.write_movement. The sum of a product''s is its stock.';

COMMENT ON TABLE "public"."stock_reservations" IS 'Stock, seats and tutors'' time set aside for a checkout. held and taken quantities are already gone from products.stock; released ones are back in it.';

COMMENT ON TABLE "public"."student_questions" IS 'What students ask, and the answers. An instructor of the cohort answers, or an admin.';

COMMENT ON TABLE "public"."support_tickets" IS 'Requests for help. Who opened one writes on in ticket_replies, and may close it; an admin answers there and moves it.';

COMMENT ON TABLE "public"."ticket_replies" IS 'What is said about a ticket after its first words. Nothing is changed afterwards.';

COMMENT ON TYPE "public"."appointment_status" IS 'requested: the student asks for it. confirmed: it is to take place. cancelled: it does not. completed: it took place.';

COMMENT ON TYPE "public"."enrollment_status" IS 'active: has a seat. completed: the course is done; the seat stays taken. cancelled: the seat is free again.';

COMMENT ON TYPE "public"."fulfillment_status" IS 'pending → packed → shipped → delivered; cancelled before it was shipped, returned after. See commerce.guard_fulfillment.';

COMMENT ON TYPE "public"."product_kind" IS 'What an order of it is fulfilled by: goods, a parcel (fulfillments); cohort_seat, an enrolment; tutoring_session, a session at the chosen time; credit_pack, credits.';

COMMENT ON TYPE "public"."refund_request_status" IS 'requested: the courier is to ask the provider. sent: the provider took it; its row in refunds tells how it stands. refused: the provider will not, error says why.';

COMMENT ON TYPE "public"."stock_reason" IS 'opened: the product came with it. reserved, released: by a checkout. restocked: came back from an order. counted, moved: the inventory system said so (functions/catalog). corrected: somebody changed products.stock by hand.';

COMMENT ON TYPE "public"."ticket_priority" IS 'How soon a ticket is to be answered; an admin decides.';

COMMENT ON TYPE "public"."ticket_status" IS 'open: it is our turn. waiting: it is the customer''s. closed: nobody''s.';

COMMENT ON TYPE "public"."written_by" IS 'How it was written: in an app or the console, or by e-mail, which make.com passed on.';

REVOKE ALL ON FUNCTION "commerce"."begin_checkout"(text, text, text, text, jsonb, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."cancel_checkout"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."catalog_state"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."check_item"(text, public.product_kind, uuid, integer, timestamp WITH time zone, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."checkout_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."checkout_token"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."claim_stock"(public.stock_reservations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."close_payments"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."count_versions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."follow_payment"(public.payments, public.checkout_sessions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."fulfil_services"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."fulfillment_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."guard_fulfillment"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."is_theirs"(uuid, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."left_of"(public.stock_reservations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."lock_payment"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."lock_seats"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."may_close"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."may_refund"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."moment_of"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."move_stock"(uuid, integer, public.stock_reason, uuid, uuid, text, text, text, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."note_refund"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."open_checkout"(text, jsonb, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."payment_status"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."receive_stock"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."record_refund"(uuid, bigint, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."refundable"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."request_refund"(uuid, bigint, text, boolean, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."reserve_stock"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."restock"(uuid, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."set_product"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."set_stock"(text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."settle_restock"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."settle_services"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."start_payment"(uuid, text, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."take_restocked"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."to_ask"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."undo_checkout"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."write_movement"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."lock_products"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."newer_parts"(jsonb, jsonb, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."apply_calendar_change"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."apply_form"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."apply_reply"(text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."appointment_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."attends"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "learning"."attends"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "learning"."cohort_message_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."enrol_buyer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."enrollment_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."free_seats"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."guard_appointment"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."guard_capacity"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."guard_seat"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."guard_ticket"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."instructors_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."is_enrolled"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."my_name"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "learning"."my_name"() TO "authenticated";

REVOKE ALL ON FUNCTION "learning"."question_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."settle_enrolments"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."stamp_answer"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "learning"."teaches"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "learning"."teaches"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "learning"."ticket_reply_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."audit_consistency"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "ops"."is_admin"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "ops"."is_admin"() TO "authenticated";

REVOKE ALL ON FUNCTION "ops"."my_email"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "ops"."my_email"() TO "authenticated";

REVOKE ALL ON FUNCTION "ops"."uuid7"() FROM "authenticated";

GRANT EXECUTE ON FUNCTION "ops"."uuid7"() TO "authenticated";

REVOKE ALL ON FUNCTION "tutoring"."apply_calendar_change"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."book_session"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."forget_cancellation"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."is_busy"(text, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."settle_bookings"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON TABLE "public"."admins" FROM "authenticated";

GRANT SELECT ON TABLE "public"."admins" TO "authenticated";

REVOKE ALL ON TABLE "public"."admins" FROM "service_role";

GRANT SELECT ON TABLE "public"."admins" TO "service_role";

REVOKE ALL ON TABLE "public"."appointments" FROM "authenticated";

REVOKE ALL ("cohort_id") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("cohort_id") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("email") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("email") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("ends_at") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("ends_at"), UPDATE ("ends_at") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("instructor_user_id") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("instructor_user_id"), UPDATE ("instructor_user_id") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("meet_link") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("meet_link"), UPDATE ("meet_link") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("note") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("note"), UPDATE ("note") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("starts_at") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("starts_at"), UPDATE ("starts_at") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("status"), UPDATE ("status") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("title") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("title"), UPDATE ("title") ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."appointments" FROM "authenticated";

GRANT INSERT ("user_id") ON TABLE "public"."appointments" TO "authenticated";

GRANT SELECT ON TABLE "public"."appointments" TO "authenticated";

REVOKE ALL ON TABLE "public"."appointments" FROM "service_role";

GRANT SELECT ON TABLE "public"."appointments" TO "service_role";

REVOKE ALL ON TABLE "public"."cohort_instructors" FROM "authenticated";

GRANT DELETE, INSERT, SELECT ON TABLE "public"."cohort_instructors" TO "authenticated";

REVOKE ALL ON TABLE "public"."cohort_instructors" FROM "service_role";

GRANT SELECT ON TABLE "public"."cohort_instructors" TO "service_role";

REVOKE ALL ON TABLE "public"."cohort_messages" FROM "authenticated";

REVOKE ALL ("body") ON TABLE "public"."cohort_messages" FROM "authenticated";

GRANT INSERT ("body") ON TABLE "public"."cohort_messages" TO "authenticated";

REVOKE ALL ("cohort_id") ON TABLE "public"."cohort_messages" FROM "authenticated";

GRANT INSERT ("cohort_id") ON TABLE "public"."cohort_messages" TO "authenticated";

REVOKE ALL ("hidden_at") ON TABLE "public"."cohort_messages" FROM "authenticated";

GRANT UPDATE ("hidden_at") ON TABLE "public"."cohort_messages" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."cohort_messages" TO "authenticated";

REVOKE ALL ON TABLE "public"."cohort_messages" FROM "service_role";

GRANT SELECT ON TABLE "public"."cohort_messages" TO "service_role";

REVOKE ALL ON TABLE "public"."cohorts" FROM "anon";

GRANT SELECT ON TABLE "public"."cohorts" TO "anon";

REVOKE ALL ON TABLE "public"."cohorts" FROM "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."cohorts" TO "authenticated";

REVOKE ALL ON TABLE "public"."cohorts" FROM "service_role";

GRANT SELECT ON TABLE "public"."cohorts" TO "service_role";

REVOKE ALL ON TABLE "public"."disputes" FROM "authenticated";

GRANT SELECT ON TABLE "public"."disputes" TO "authenticated";

REVOKE ALL ON TABLE "public"."enrollments" FROM "authenticated";

REVOKE ALL ("cohort_id") ON TABLE "public"."enrollments" FROM "authenticated";

GRANT INSERT ("cohort_id") ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ("email") ON TABLE "public"."enrollments" FROM "authenticated";

GRANT INSERT ("email") ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ("note") ON TABLE "public"."enrollments" FROM "authenticated";

GRANT INSERT ("note"), UPDATE ("note") ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."enrollments" FROM "authenticated";

GRANT UPDATE ("status") ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."enrollments" FROM "authenticated";

GRANT INSERT ("user_id") ON TABLE "public"."enrollments" TO "authenticated";

GRANT SELECT ON TABLE "public"."enrollments" TO "authenticated";

REVOKE ALL ON TABLE "public"."enrollments" FROM "service_role";

GRANT SELECT ON TABLE "public"."enrollments" TO "service_role";

REVOKE ALL ON TABLE "public"."error_reports" FROM "authenticated";

REVOKE ALL ("app") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT INSERT ("app") ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ("details") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT INSERT ("details") ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ("message") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT INSERT ("message") ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ("occurred_at") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT INSERT ("occurred_at") ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ("resolved_at") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT UPDATE ("resolved_at") ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."error_reports" FROM "authenticated";

GRANT INSERT ("version") ON TABLE "public"."error_reports" TO "authenticated";

GRANT SELECT ON TABLE "public"."error_reports" TO "authenticated";

REVOKE ALL ON TABLE "public"."error_reports" FROM "service_role";

GRANT SELECT ON TABLE "public"."error_reports" TO "service_role";

REVOKE ALL ON TABLE "public"."form_submissions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."form_submissions" TO "authenticated";

REVOKE ALL ON TABLE "public"."form_submissions" FROM "service_role";

GRANT SELECT ON TABLE "public"."form_submissions" TO "service_role";

REVOKE ALL ON TABLE "public"."fulfillments" FROM "authenticated";

REVOKE ALL ("carrier") ON TABLE "public"."fulfillments" FROM "authenticated";

GRANT UPDATE ("carrier") ON TABLE "public"."fulfillments" TO "authenticated";

REVOKE ALL ("note") ON TABLE "public"."fulfillments" FROM "authenticated";

GRANT UPDATE ("note") ON TABLE "public"."fulfillments" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."fulfillments" FROM "authenticated";

GRANT UPDATE ("status") ON TABLE "public"."fulfillments" TO "authenticated";

REVOKE ALL ("tracking_code") ON TABLE "public"."fulfillments" FROM "authenticated";

GRANT UPDATE ("tracking_code") ON TABLE "public"."fulfillments" TO "authenticated";

REVOKE ALL ("tracking_url") ON TABLE "public"."fulfillments" FROM "authenticated";

GRANT UPDATE ("tracking_url") ON TABLE "public"."fulfillments" TO "authenticated";

GRANT SELECT ON TABLE "public"."fulfillments" TO "authenticated";

REVOKE ALL ON TABLE "public"."fulfillments" FROM "service_role";

GRANT SELECT ON TABLE "public"."fulfillments" TO "service_role";

REVOKE ALL ON TABLE "public"."membership_invoices" FROM "authenticated";

GRANT SELECT ON TABLE "public"."membership_invoices" TO "authenticated";

REVOKE ALL ON TABLE "public"."payment_approvals" FROM "authenticated";

GRANT SELECT ON TABLE "public"."payment_approvals" TO "authenticated";

REVOKE ALL ON TABLE "public"."product_prices" FROM "anon";

GRANT SELECT ON TABLE "public"."product_prices" TO "anon";

REVOKE ALL ON TABLE "public"."product_prices" FROM "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."product_prices" TO "authenticated";

REVOKE ALL ON TABLE "public"."product_prices" FROM "service_role";

GRANT SELECT ON TABLE "public"."product_prices" TO "service_role";

REVOKE ALL ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ON TABLE "public"."refund_requests" FROM "authenticated";

GRANT SELECT ON TABLE "public"."refund_requests" TO "authenticated";

REVOKE ALL ON TABLE "public"."refund_requests" FROM "service_role";

GRANT SELECT ON TABLE "public"."refund_requests" TO "service_role";

REVOKE ALL ON TABLE "public"."started_payments" FROM "authenticated";

GRANT SELECT ON TABLE "public"."started_payments" TO "authenticated";

REVOKE ALL ON TABLE "public"."started_payments" FROM "service_role";

GRANT SELECT ON TABLE "public"."started_payments" TO "service_role";

REVOKE ALL ON TABLE "public"."stock_movements" FROM "authenticated";

GRANT SELECT ON TABLE "public"."stock_movements" TO "authenticated";

REVOKE ALL ON TABLE "public"."stock_movements" FROM "service_role";

GRANT SELECT ON TABLE "public"."stock_movements" TO "service_role";

REVOKE ALL ON TABLE "public"."stock_reservations" FROM "authenticated";

GRANT SELECT ON TABLE "public"."stock_reservations" TO "authenticated";

REVOKE ALL ON TABLE "public"."student_questions" FROM "authenticated";

REVOKE ALL ("answer") ON TABLE "public"."student_questions" FROM "authenticated";

GRANT UPDATE ("answer") ON TABLE "public"."student_questions" TO "authenticated";

REVOKE ALL ("cohort_id") ON TABLE "public"."student_questions" FROM "authenticated";

GRANT INSERT ("cohort_id") ON TABLE "public"."student_questions" TO "authenticated";

REVOKE ALL ("question") ON TABLE "public"."student_questions" FROM "authenticated";

GRANT INSERT ("question") ON TABLE "public"."student_questions" TO "authenticated";

REVOKE ALL ("subject") ON TABLE "public"."student_questions" FROM "authenticated";

GRANT INSERT ("subject") ON TABLE "public"."student_questions" TO "authenticated";

GRANT SELECT ON TABLE "public"."student_questions" TO "authenticated";

REVOKE ALL ON TABLE "public"."student_questions" FROM "service_role";

GRANT SELECT ON TABLE "public"."student_questions" TO "service_role";

REVOKE ALL ON TABLE "public"."support_tickets" FROM "authenticated";

REVOKE ALL ("body") ON TABLE "public"."support_tickets" FROM "authenticated";

GRANT INSERT ("body") ON TABLE "public"."support_tickets" TO "authenticated";

REVOKE ALL ("priority") ON TABLE "public"."support_tickets" FROM "authenticated";

GRANT UPDATE ("priority") ON TABLE "public"."support_tickets" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."support_tickets" FROM "authenticated";

GRANT UPDATE ("status") ON TABLE "public"."support_tickets" TO "authenticated";

REVOKE ALL ("subject") ON TABLE "public"."support_tickets" FROM "authenticated";

GRANT INSERT ("subject") ON TABLE "public"."support_tickets" TO "authenticated";

GRANT SELECT ON TABLE "public"."support_tickets" TO "authenticated";

REVOKE ALL ON TABLE "public"."support_tickets" FROM "service_role";

GRANT SELECT ON TABLE "public"."support_tickets" TO "service_role";

REVOKE ALL ON TABLE "public"."ticket_replies" FROM "authenticated";

REVOKE ALL ("body") ON TABLE "public"."ticket_replies" FROM "authenticated";

GRANT INSERT ("body") ON TABLE "public"."ticket_replies" TO "authenticated";

REVOKE ALL ("ticket_id") ON TABLE "public"."ticket_replies" FROM "authenticated";

GRANT INSERT ("ticket_id") ON TABLE "public"."ticket_replies" TO "authenticated";

GRANT SELECT ON TABLE "public"."ticket_replies" TO "authenticated";

REVOKE ALL ON TABLE "public"."ticket_replies" FROM "service_role";

GRANT SELECT ON TABLE "public"."ticket_replies" TO "service_role";

SELECT cron.schedule_in_database('signalbox: audit consistency', '*/10 * * * *', 'select ops.audit_consistency()', 'postgres', NULL, true);

CREATE INDEX cohort_messages_by_cohort ON public.cohort_messages USING btree (cohort_id, id);

CREATE INDEX cohort_messages_by_author ON public.cohort_messages USING btree (author_user_id);

CREATE POLICY "a cohort writes to itself, admins to all" ON "public"."cohort_messages"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((author_user_id = ( SELECT auth.uid() AS uid)) AND (( SELECT ops.is_admin() AS is_admin) OR learning.attends(cohort_id) OR learning.teaches(cohort_id))));

ALTER TABLE "public"."cohort_messages"
  ADD COLUMN "author_name" text NOT NULL DEFAULT learning.my_name();

ALTER TABLE "public"."cohort_messages"
  ADD CONSTRAINT "a_name_is_not_blank" CHECK (((author_name ~ '\S'::text) AND (length(author_name) <= 100)));

COMMENT ON COLUMN "public"."cohort_messages"."author_name" IS 'What the author was called then (learning.my_name).';

ALTER TABLE "public"."appointments"
  ADD CONSTRAINT "an_appointment_may_be_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."checkout_items"
  ADD CONSTRAINT "a_seat_is_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."cohort_instructors"
  ADD CONSTRAINT "an_instructor_is_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id) ON DELETE CASCADE;

ALTER TABLE "public"."cohort_messages"
  ADD CONSTRAINT "a_message_is_to_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."enrollments"
  ADD CONSTRAINT "an_enrollment_is_in_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."order_items"
  ADD CONSTRAINT "a_seat_is_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."products"
  ADD CONSTRAINT "a_seat_is_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."stock_reservations"
  ADD CONSTRAINT "seats_are_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

ALTER TABLE "public"."student_questions"
  ADD CONSTRAINT "a_question_may_be_of_a_cohort" FOREIGN KEY (cohort_id) REFERENCES public.cohorts(id);

CREATE POLICY "people read published cohorts and their own, admins all" ON "public"."cohorts"
  FOR SELECT
  TO "authenticated"
  USING ((published OR ( SELECT ops.is_admin() AS is_admin) OR learning.teaches(id) OR learning.attends(id)));

CREATE INDEX error_reports_by_user ON public.error_reports USING btree (user_id);

CREATE POLICY "people report errors" ON "public"."error_reports"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE VIEW "ops"."attention" WITH (security_invoker=on) AS  SELECT 'event failed'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE (e.status = ANY (ARRAY['failed'::inbox.event_status, 'dead'::inbox.event_status]))
UNION ALL
 SELECT 'event parked for over an hour'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE ((e.status = 'parked'::inbox.event_status) AND (e.received_at < (now() - '01:00:00'::interval)))
UNION ALL
 SELECT 'event never confirmed'::text AS what,
    (e.id)::text AS id,
    ((e.provider || ' '::text) || e.type) AS which,
    e.error AS why,
    e.received_at AS since,
    format('select inbox.retry(%L)'::text, e.id) AS remedy
   FROM inbox.events e
  WHERE ((e.trust = 'unconfirmed'::inbox.event_trust) AND (e.status = 'ignored'::inbox.event_status) AND ((e.next_attempt_at IS NULL) OR (e.received_at < (now() - '01:00:00'::interval))))
UNION ALL
 SELECT 'reconciliation incomplete for over an hour'::text AS what,
    (r.id)::text AS id,
    r.provider AS which,
    r.remark AS why,
    r.started_at AS since,
    format('select inbox.reconcile(%L)'::text, r.provider) AS remedy
   FROM inbox.reconciliations r
  WHERE ((r.completed_at IS NULL) AND (r.started_at < (now() - '01:00:00'::interval)) AND (NOT (EXISTS ( SELECT 1
           FROM inbox.reconciliations later
          WHERE ((later.provider = r.provider) AND (later.completed_at > r.started_at))))))
UNION ALL
 SELECT 'payment needs review'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    r.reason AS why,
    p.created_at AS since,
        CASE
            WHEN (r.reason ~~ '%accept_payment%'::text) THEN format('select commerce.accept_payment(%L)'::text, p.id)
            ELSE format('select commerce.close_review(%L)'::text, p.id)
        END AS remedy
   FROM ((public.payments p
     LEFT JOIN public.checkout_sessions s ON ((s.id = p.checkout_session_id)))
     CROSS JOIN LATERAL ( SELECT COALESCE(commerce.review_reason(p.*, s.*), p.review_reason) AS reason) r)
  WHERE p.needs_review
UNION ALL
 SELECT 'order needs attention'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    o.attention_reason AS why,
    o.created_at AS since,
    format('select commerce.settle_order(%L, without_stock => true)'::text, o.id) AS remedy
   FROM public.orders o
  WHERE (o.status = 'needs_attention'::public.order_status)
UNION ALL
 SELECT 'delivery dead'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    d.last_error AS why,
    d.settled_at AS since,
    format('select outbox.retry(%s)'::text, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE (d.status = 'dead'::outbox.delivery_status)
UNION ALL
 SELECT 'work failed at the receiver'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    d.processing_error AS why,
    COALESCE(d.settled_at, d.created_at) AS since,
    format('select outbox.replay(%L, %L, %L), outbox.acknowledge(%s, outbox.receipt_signature(%s))'::text, d.destination, jsonb_build_object('message_ids', jsonb_build_array(d.message_id)), 'the work failed there', d.id, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE ((d.processing_error IS NOT NULL) AND (d.processed_at IS NULL))
UNION ALL
 SELECT 'receipt overdue'::text AS what,
    (d.id)::text AS id,
    ((m.type || ' to '::text) || d.destination) AS which,
    'It was delivered, and nobody has said that the work is done.'::text AS why,
    d.receipt_due_at AS since,
    format('select outbox.acknowledge(%s, outbox.receipt_signature(%s))'::text, d.id, d.id) AS remedy
   FROM (outbox.deliveries d
     JOIN outbox.messages m ON ((m.id = d.message_id)))
  WHERE ((d.receipt_due_at < now()) AND (d.processed_at IS NULL) AND (d.processing_error IS NULL))
UNION ALL
 SELECT 'destination paused'::text AS what,
    t.name AS id,
    t.name AS which,
    t.paused_reason AS why,
    t.paused_at AS since,
    format('select outbox.resume(%L)'::text, t.name) AS remedy
   FROM outbox.destinations t
  WHERE (t.paused_at IS NOT NULL)
UNION ALL
 SELECT 'destination held'::text AS what,
    t.name AS id,
    t.name AS which,
    t.held_reason AS why,
    t.held_until AS since,
    'goes on by itself; see why'::text AS remedy
   FROM outbox.destinations t
  WHERE (t.held_until > now())
UNION ALL
 SELECT f.what,
    f.id,
    f.which,
    f.why,
    f.since,
    f.remedy
   FROM ( SELECT a.findings
           FROM ops.audits a
          ORDER BY a.id DESC
         LIMIT 1) latest,
    LATERAL jsonb_to_recordset(latest.findings) f(what text, id text, which text, why text, remedy text, since timestamp with time zone)
UNION ALL
 SELECT 'audit overdue'::text AS what,
    'audit'::text AS id,
    'audit'::text AS which,
    'Whether all is consistent was not looked at for over an hour; it should be every ten minutes.'::text AS why,
    latest.at AS since,
    'select ops.audit_consistency()'::text AS remedy
   FROM ( SELECT COALESCE(( SELECT a.finished_at
                   FROM ops.audits a
                  ORDER BY a.id DESC
                 LIMIT 1), ( SELECT min(o.created_at) AS min
                   FROM public.orders o)) AS at) latest
  WHERE (latest.at < (now() - '01:00:00'::interval))
UNION ALL
 SELECT 'refund refused'::text AS what,
    (q.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    q.error AS why,
    q.updated_at AS since,
    format('see why; then ask again, select commerce.request_refund(%L), or give it back another way, select commerce.record_refund(…); or let it be, delete from public.refund_requests where id = %L'::text, p.id, q.id) AS remedy
   FROM (public.refund_requests q
     JOIN public.payments p ON ((p.id = q.payment_id)))
  WHERE ((q.status = 'refused'::public.refund_request_status) AND (p.status <> 'refunded'::public.payment_status) AND (NOT (EXISTS ( SELECT 1
           FROM public.refund_requests later
          WHERE ((later.payment_id = q.payment_id) AND (later.created_at > q.created_at) AND (later.status <> 'refused'::public.refund_request_status))))) AND (NOT (EXISTS ( SELECT 1
           FROM public.refunds r
          WHERE ((r.payment_id = q.payment_id) AND (r.created_at > q.updated_at) AND (r.status = ANY (ARRAY['pending'::public.refund_status, 'succeeded'::public.refund_status])))))));

COMMENT ON VIEW "ops"."attention" IS 'Everything that waits for a person: what, why, since when, and the statement that takes it further. select * from ops.attention order by since';

CREATE OR REPLACE FUNCTION commerce.note_closed (
  started_payment_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
BEGIN ATOMIC
 UPDATE public.started_payments p
  SET closed_at = now()
   WHERE ((p.id = note_closed.started_payment_id) AND (p.closed_at IS NULL));
END;

CREATE VIEW "ops"."inconsistencies" WITH (security_invoker=on) AS  WITH bought AS (
         SELECT o.id AS order_id,
            o.number,
            o.status,
            o.email,
            o.payment_id,
            o.checkout_session_id,
            i.id AS item_id,
            i.kind,
            i.sku,
            i.cohort_id,
            i.settled_without_stock,
            r.status AS reservation
           FROM ((public.orders o
             JOIN public.order_items i ON ((i.order_id = o.id)))
             LEFT JOIN public.stock_reservations r ON (((r.checkout_session_id = o.checkout_session_id) AND (r.product_id = i.product_id) AND (NOT (r.starts_at IS DISTINCT FROM i.starts_at)))))
        ), refunded AS (
         SELECT r.payment_id,
            r.currency,
            COALESCE(sum(r.amount_minor) FILTER (WHERE (r.status = 'succeeded'::public.refund_status)), (0)::numeric) AS succeeded,
            COALESCE(sum(r.amount_minor) FILTER (WHERE (r.status = ANY (ARRAY['failed'::public.refund_status, 'cancelled'::public.refund_status]))), (0)::numeric) AS undone
           FROM public.refunds r
          GROUP BY r.payment_id, r.currency
        ), items_of_orders AS (
         SELECT o.checkout_session_id,
            i.product_id,
            i.starts_at,
            i.quantity,
            i.unit_price_minor,
            i.kind,
            i.cohort_id,
            i.credits
           FROM (public.order_items i
             JOIN public.orders o ON ((o.id = i.order_id)))
        ), items_of_their_checkouts AS (
         SELECT c.checkout_session_id,
            c.product_id,
            c.starts_at,
            c.quantity,
            c.unit_price_minor,
            c.kind,
            c.cohort_id,
            c.credits
           FROM (public.checkout_items c
             JOIN public.orders o ON ((o.checkout_session_id = c.checkout_session_id)))
        )
 SELECT 'captured payment without an order'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    'The buyer paid, and gets nothing.'::text AS why,
    format('select commerce.make_order(p, s) from public.payments p join public.checkout_sessions s on s.id = p.checkout_session_id where p.id = %L'::text, p.id) AS remedy
   FROM public.payments p
  WHERE ((p.captured_at IS NOT NULL) AND (p.checkout_session_id IS NOT NULL) AND (NOT p.needs_review) AND (p.reviewed_at IS NULL) AND (p.status <> 'refunded'::public.payment_status) AND (NOT (EXISTS ( SELECT 1
           FROM public.orders o
          WHERE (o.payment_id = p.id)))))
UNION ALL
 SELECT 'order without captured money'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('Its payment %s %s is %s.'::text, p.provider, p.provider_ref, p.status) AS why,
    'do not fulfil it; ask the provider how the payment stands: select inbox.reconcile_all()'::text AS remedy
   FROM (public.orders o
     JOIN public.payments p ON ((p.id = o.payment_id)))
  WHERE (p.captured_at IS NULL)
UNION ALL
 SELECT 'order of another checkout than its payment'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('It is of checkout %s, its payment is for %s.'::text, o.checkout_session_id, COALESCE((p.checkout_session_id)::text, 'none'::text)) AS why,
    'find out what the buyer paid for, by the two checkouts; refund what was not meant'::text AS remedy
   FROM (public.orders o
     JOIN public.payments p ON ((p.id = o.payment_id)))
  WHERE (p.checkout_session_id IS DISTINCT FROM o.checkout_session_id)
UNION ALL
 SELECT 'completed checkout without an order'::text AS what,
    (s.id)::text AS id,
    ('checkout of '::text || s.email) AS which,
    'It says that it was paid, and no order was made.'::text AS why,
    ('see its payments: '::text || format('select * from public.payments where checkout_session_id = %L'::text, s.id)) AS remedy
   FROM public.checkout_sessions s
  WHERE ((s.status = 'payment_completed'::public.checkout_status) AND (NOT (EXISTS ( SELECT 1
           FROM public.orders o
          WHERE (o.checkout_session_id = s.id)))))
UNION ALL
 SELECT 'order of a checkout that is not completed'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('Its checkout is %s.'::text, s.status) AS why,
    ('its buyer could pay again; see the checkout: '::text || format('select * from public.checkout_sessions where id = %L'::text, s.id)) AS remedy
   FROM (public.orders o
     JOIN public.checkout_sessions s ON ((s.id = o.checkout_session_id)))
  WHERE (s.status <> 'payment_completed'::public.checkout_status)
UNION ALL
 SELECT 'order and checkout differ in total'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('The order says %s %s (minor units), its checkout %s %s.'::text, o.total_minor, o.currency, s.total_minor, s.currency) AS why,
    'the checkout is what the buyer saw: correct the order, and refund what was taken too much'::text AS remedy
   FROM (public.orders o
     JOIN public.checkout_sessions s ON ((s.id = o.checkout_session_id)))
  WHERE ((o.total_minor IS DISTINCT FROM s.total_minor) OR (o.currency IS DISTINCT FROM s.currency))
UNION ALL
 SELECT 'order and its items differ in total'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('The order says %s (minor units), its items come to %s.'::text, o.total_minor, COALESCE(t.total, (0)::numeric)) AS why,
    ('see what was bought: '::text || format('select * from public.order_items where order_id = %L'::text, o.id)) AS remedy
   FROM (public.orders o
     LEFT JOIN ( SELECT i.order_id,
            sum(((i.quantity)::numeric * (i.unit_price_minor)::numeric)) AS total
           FROM public.order_items i
          GROUP BY i.order_id) t ON ((t.order_id = o.id)))
  WHERE ((o.total_minor)::numeric <> COALESCE(t.total, (0)::numeric))
UNION ALL
 SELECT 'order and checkout differ in items'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    'What was sold is not what was checked out.'::text AS why,
    ('see both: '::text || format('select * from public.checkout_items where checkout_session_id = %L'::text, o.checkout_session_id)) AS remedy
   FROM public.orders o
  WHERE (o.checkout_session_id IN ( SELECT f.checkout_session_id
           FROM ( SELECT items_of_orders.checkout_session_id,
                    items_of_orders.product_id,
                    items_of_orders.starts_at,
                    items_of_orders.quantity,
                    items_of_orders.unit_price_minor,
                    items_of_orders.kind,
                    items_of_orders.cohort_id,
                    items_of_orders.credits
                   FROM items_of_orders
                EXCEPT
                 SELECT items_of_their_checkouts.checkout_session_id,
                    items_of_their_checkouts.product_id,
                    items_of_their_checkouts.starts_at,
                    items_of_their_checkouts.quantity,
                    items_of_their_checkouts.unit_price_minor,
                    items_of_their_checkouts.kind,
                    items_of_their_checkouts.cohort_id,
                    items_of_their_checkouts.credits
                   FROM items_of_their_checkouts) f
        UNION
         SELECT f.checkout_session_id
           FROM ( SELECT items_of_their_checkouts.checkout_session_id,
                    items_of_their_checkouts.product_id,
                    items_of_their_checkouts.starts_at,
                    items_of_their_checkouts.quantity,
                    items_of_their_checkouts.unit_price_minor,
                    items_of_their_checkouts.kind,
                    items_of_their_checkouts.cohort_id,
                    items_of_their_checkouts.credits
                   FROM items_of_their_checkouts
                EXCEPT
                 SELECT items_of_orders.checkout_session_id,
                    items_of_orders.product_id,
                    items_of_orders.starts_at,
                    items_of_orders.quantity,
                    items_of_orders.unit_price_minor,
                    items_of_orders.kind,
                    items_of_orders.cohort_id,
                    items_of_orders.credits
                   FROM items_of_orders) f))
UNION ALL
 SELECT 'order and payment differ in amount'::text AS what,
    (o.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('The order is of %s %s (minor units), captured were %s %s, and nobody accepted that.'::text, o.total_minor, o.currency, p.amount_minor, p.currency) AS why,
    ('refund the difference, or accept it: '::text || format('update public.payments set reviewed_at = now() where id = %L'::text, p.id)) AS remedy
   FROM (public.orders o
     JOIN public.payments p ON ((p.id = o.payment_id)))
  WHERE (((o.total_minor IS DISTINCT FROM p.amount_minor) OR (o.currency IS DISTINCT FROM p.currency)) AND (p.reviewed_at IS NULL) AND (p.captured_at IS NOT NULL))
UNION ALL
 SELECT 'payment and its refunds differ'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    format('It says that %s (minor units) went back, its refunds say %s.'::text, p.refunded_minor, GREATEST(COALESCE(r.succeeded, (0)::numeric), ((p.reported_refunded_minor)::numeric - COALESCE(r.undone, (0)::numeric)))) AS why,
    format('select commerce.refresh_payment(%L)'::text, p.id) AS remedy
   FROM (public.payments p
     LEFT JOIN refunded r ON (((r.payment_id = p.id) AND (r.currency = p.currency))))
  WHERE ((p.refunded_minor)::numeric <> GREATEST(COALESCE(r.succeeded, (0)::numeric), ((p.reported_refunded_minor)::numeric - COALESCE(r.undone, (0)::numeric))))
UNION ALL
 SELECT 'stock and its ledger differ'::text AS what,
    (p.id)::text AS id,
    p.sku AS which,
    format('There are %s to sell, the ledger says %s.'::text, COALESCE((p.stock)::text, 'any number'::text), COALESCE(m.quantity, (0)::bigint)) AS why,
    format('insert into public.stock_movements (product_id, quantity, reason, note) values (%L, %s, ''corrected'', ''after an audit'')'::text, p.id, (COALESCE(p.stock, 0) - COALESCE(m.quantity, (0)::bigint))) AS remedy
   FROM (public.products p
     LEFT JOIN ( SELECT l.product_id,
            sum(l.quantity) AS quantity
           FROM public.stock_movements l
          GROUP BY l.product_id) m ON ((m.product_id = p.id)))
  WHERE (COALESCE(p.stock, 0) <> COALESCE(m.quantity, (0)::bigint))
UNION ALL
 SELECT 'stock held for a checkout that has ended'::text AS what,
    (s.id)::text AS id,
    ('checkout of '::text || s.email) AS which,
    format('It is %s, and what it held is not on sale again.'::text, s.status) AS why,
        CASE
            WHEN (s.status = 'payment_completed'::public.checkout_status) THEN ('see why its order did not take it: '::text || format('select * from public.stock_reservations where checkout_session_id = %L'::text, s.id))
            ELSE format('select commerce.release_stock(%L)'::text, s.id)
        END AS remedy
   FROM public.checkout_sessions s
  WHERE ((s.status = ANY (ARRAY['payment_failed'::public.checkout_status, 'expired'::public.checkout_status, 'payment_completed'::public.checkout_status])) AND (s.id IN ( SELECT r.checkout_session_id
           FROM public.stock_reservations r
          WHERE (r.status = 'held'::public.reservation_status))))
UNION ALL
 SELECT 'checkout open past its time'::text AS what,
    (s.id)::text AS id,
    ('checkout of '::text || s.email) AS which,
    format('It should have expired at %s.'::text, ops.iso_utc(s.expires_at)) AS why,
    'select commerce.expire_checkouts()'::text AS remedy
   FROM public.checkout_sessions s
  WHERE ((s.status = 'open'::public.checkout_status) AND (s.expires_at < (now() - '00:10:00'::interval)))
UNION ALL
 SELECT 'checkout without news for a week'::text AS what,
    (s.id)::text AS id,
    ('checkout of '::text || s.email) AS which,
    'Money is said to be on its way, and its stock waits for it.'::text AS why,
    'ask the provider: select inbox.reconcile_all(); if nothing comes, it is failed there: tell us so by its webhook, or call it off'::text AS remedy
   FROM public.checkout_sessions s
  WHERE ((s.status = 'payment_pending'::public.checkout_status) AND (s.updated_at < (now() - '7 days'::interval)) AND (NOT (EXISTS ( SELECT 1
           FROM public.payments p
          WHERE ((p.checkout_session_id = s.id) AND (p.needs_review OR (p.updated_at >= (now() - '7 days'::interval))))))) AND (NOT (EXISTS ( SELECT 1
           FROM public.payment_approvals a
          WHERE ((a.checkout_session_id = s.id) AND (a.created_at >= (now() - '7 days'::interval)))))))
UNION ALL
 SELECT 'stock taken without an order'::text AS what,
    (r.id)::text AS id,
    p.sku AS which,
    format('%s are sold to nobody.'::text, r.quantity) AS why,
    format('update public.stock_reservations set status = ''held'' where id = %L; then select commerce.release_stock(%L)'::text, r.id, r.checkout_session_id) AS remedy
   FROM (public.stock_reservations r
     JOIN public.products p ON ((p.id = r.product_id)))
  WHERE ((r.status = 'taken'::public.reservation_status) AND (NOT (EXISTS ( SELECT 1
           FROM public.orders o
          WHERE (o.checkout_session_id = r.checkout_session_id)))))
UNION ALL
 SELECT 'sold and not taken from what there is'::text AS what,
    (b.item_id)::text AS id,
    format('%s of order %s'::text, b.sku, b.number) AS which,
        CASE
            WHEN (b.reservation IS NULL) THEN 'Nothing was reserved for it.'::text
            ELSE format('Its reservation is %s.'::text, b.reservation)
        END AS why,
    format('update public.orders set status = ''needs_attention'', attention_reason = ''an audit found it'' where id = %L; then select commerce.settle_order(%L)'::text, b.order_id, b.order_id) AS remedy
   FROM bought b
  WHERE ((b.status = 'confirmed'::public.order_status) AND (NOT b.settled_without_stock) AND (b.reservation IS DISTINCT FROM 'taken'::public.reservation_status) AND ((b.reservation IS NOT NULL) OR (EXISTS ( SELECT 1
           FROM (public.checkout_items c
             JOIN public.order_items i ON ((i.id = b.item_id)))
          WHERE ((c.checkout_session_id = b.checkout_session_id) AND (c.product_id = i.product_id) AND (NOT (c.starts_at IS DISTINCT FROM i.starts_at)) AND c.reserved)))))
UNION ALL
 SELECT 'more students than seats'::text AS what,
    (c.id)::text AS id,
    c.name AS which,
    format('%s seats are taken or held, of %s.'::text, (COALESCE(e.seats, (0)::bigint) + COALESCE(h.seats, (0)::bigint)), c.capacity) AS why,
    ('move somebody to another cohort, or raise the capacity: '::text || format('update public.cohorts set capacity = %s where id = %L'::text, (COALESCE(e.seats, (0)::bigint) + COALESCE(h.seats, (0)::bigint)), c.id)) AS remedy
   FROM ((public.cohorts c
     LEFT JOIN ( SELECT n.cohort_id,
            count(*) AS seats
           FROM public.enrollments n
          WHERE (n.status <> 'cancelled'::public.enrollment_status)
          GROUP BY n.cohort_id) e ON ((e.cohort_id = c.id)))
     LEFT JOIN ( SELECT r.cohort_id,
            sum(r.quantity) AS seats
           FROM public.stock_reservations r
          WHERE ((r.status = 'held'::public.reservation_status) AND (r.cohort_id IS NOT NULL))
          GROUP BY r.cohort_id) h ON ((h.cohort_id = c.id)))
  WHERE ((COALESCE(e.seats, (0)::bigint) + COALESCE(h.seats, (0)::bigint)) > c.capacity)
UNION ALL
 SELECT 'seat that nothing bought'::text AS what,
    (e.id)::text AS id,
    e.email AS which,
        CASE
            WHEN (o.status = 'refunded'::public.order_status) THEN format('Order %s, which bought it, was refunded.'::text, o.number)
            ELSE format('Order %s, which it names, bought something else.'::text, o.number)
        END AS why,
    format('update public.enrollments set status = ''cancelled'' where id = %L; or, when it is a gift, set order_item_id = null'::text, e.id) AS remedy
   FROM ((public.enrollments e
     JOIN public.order_items i ON ((i.id = e.order_item_id)))
     JOIN public.orders o ON ((o.id = i.order_id)))
  WHERE ((e.status = 'active'::public.enrollment_status) AND ((o.status = 'refunded'::public.order_status) OR (i.cohort_id IS DISTINCT FROM e.cohort_id)))
UNION ALL
 SELECT 'seat bought and not given'::text AS what,
    (b.item_id)::text AS id,
    format('%s of order %s'::text, b.sku, b.number) AS which,
    format('%s paid for it and is not enrolled by it.'::text, b.email) AS why,
    format('select commerce.fulfil_services(%L)'::text, b.order_id) AS remedy
   FROM bought b
  WHERE ((b.kind = 'cohort_seat'::public.product_kind) AND (b.status = 'confirmed'::public.order_status) AND (NOT b.settled_without_stock) AND (NOT (EXISTS ( SELECT 1
           FROM public.enrollments e
          WHERE ((e.order_item_id = b.item_id) AND (NOT e.cancelled_by_refund))))) AND (NOT (EXISTS ( SELECT 1
           FROM bought n
          WHERE ((n.cohort_id = b.cohort_id) AND (n.email = b.email) AND (n.item_id > b.item_id) AND (n.reservation = 'taken'::public.reservation_status))))))
UNION ALL
 SELECT 'goods bought and no parcel'::text AS what,
    (b.order_id)::text AS id,
    ('order '::text || b.number) AS which,
    'Nobody is told to send it.'::text AS why,
    format('insert into public.fulfillments (order_id) values (%L)'::text, b.order_id) AS remedy
   FROM ( SELECT DISTINCT b_1.order_id,
            b_1.number
           FROM bought b_1
          WHERE (b_1.kind = 'goods'::public.product_kind)) b
  WHERE (NOT (EXISTS ( SELECT 1
           FROM public.fulfillments f
          WHERE (f.order_id = b.order_id))))
UNION ALL
 SELECT 'parcel of a refunded order'::text AS what,
    (f.id)::text AS id,
    ('order '::text || o.number) AS which,
    format('Its money went back, and it is %s.'::text, f.status) AS why,
    format('update public.fulfillments set status = ''cancelled'' where id = %L'::text, f.id) AS remedy
   FROM (public.fulfillments f
     JOIN public.orders o ON ((o.id = f.order_id)))
  WHERE ((f.status = ANY (ARRAY['pending'::public.fulfillment_status, 'packed'::public.fulfillment_status])) AND (o.status = 'refunded'::public.order_status))
UNION ALL
 SELECT 'session bought and not booked'::text AS what,
    (b.item_id)::text AS id,
    format('%s of order %s'::text, b.sku, b.number) AS which,
    format('%s paid for it and has no appointment by it.'::text, b.email) AS why,
    format('select commerce.fulfil_services(%L)'::text, b.order_id) AS remedy
   FROM bought b
  WHERE ((b.kind = 'tutoring_session'::public.product_kind) AND (b.status = 'confirmed'::public.order_status) AND (NOT b.settled_without_stock) AND (NOT (EXISTS ( SELECT 1
           FROM public.tutoring_sessions s
          WHERE ((s.order_item_id = b.item_id) AND (NOT s.cancelled_by_refund))))))
UNION ALL
 SELECT 'session that nothing bought'::text AS what,
    (s.id)::text AS id,
    format('%s at %s'::text, s.title, ops.iso_utc(s.starts_at)) AS which,
        CASE
            WHEN (o.status = 'refunded'::public.order_status) THEN format('Order %s, which bought it, was refunded.'::text, o.number)
            ELSE format('Order %s, which it names, bought something else.'::text, o.number)
        END AS why,
    format('update public.tutoring_sessions set status = ''cancelled'' where id = %L; or, when it is a gift, set order_item_id = null'::text, s.id) AS remedy
   FROM ((public.tutoring_sessions s
     JOIN public.order_items i ON ((i.id = s.order_item_id)))
     JOIN public.orders o ON ((o.id = i.order_id)))
  WHERE ((s.status = 'scheduled'::public.tutoring_session_status) AND (((o.status = 'refunded'::public.order_status) AND (s.starts_at > now())) OR (i.kind <> 'tutoring_session'::public.product_kind)))
UNION ALL
 SELECT 'tutor booked twice at a time'::text AS what,
    (b.id)::text AS id,
    format('%s at %s'::text, b.tutor_email, ops.iso_utc(b.starts_at)) AS which,
    format('Another session that was bought goes on until %s.'::text, ops.iso_utc(b.busy_until)) AS why,
    ('agree on another time with one of the two students: '::text || format('update public.tutoring_sessions set starts_at = …, ends_at = … where id = %L'::text, b.id)) AS remedy
   FROM ( SELECT s.id,
            s.tutor_email,
            s.starts_at,
            max(s.ends_at) OVER (PARTITION BY s.tutor_email ORDER BY s.starts_at, s.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
           FROM public.tutoring_sessions s
          WHERE ((s.status = 'scheduled'::public.tutoring_session_status) AND (s.order_item_id IS NOT NULL))) b
  WHERE (b.starts_at < b.busy_until)
UNION ALL
 SELECT 'credits and their payment differ'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    format('It bought %s, the ledger holds %s.'::text, c.bought, c.held) AS why,
    format('select community.settle_credits(p) from public.payments p where p.id = %L'::text, p.id) AS remedy
   FROM (( SELECT x.payment_id,
            sum(x.bought) AS bought,
            sum(x.held) AS held
           FROM ( SELECT p_1.id AS payment_id,
                    p_1.credits AS bought,
                    0 AS held
                   FROM public.payments p_1
                  WHERE ((p_1.credits IS NOT NULL) AND (p_1.captured_at IS NOT NULL) AND (p_1.status <> 'refunded'::public.payment_status))
                UNION ALL
                 SELECT o.payment_id,
                    sum((i.credits * i.quantity)) AS sum,
                    0
                   FROM ((public.orders o
                     JOIN public.order_items i ON (((i.order_id = o.id) AND (i.kind = 'credit_pack'::public.product_kind))))
                     JOIN public.payments p_1 ON ((p_1.id = o.payment_id)))
                  WHERE ((p_1.credits IS NULL) AND (p_1.captured_at IS NOT NULL) AND (p_1.status <> 'refunded'::public.payment_status))
                  GROUP BY o.payment_id
                UNION ALL
                 SELECT l.payment_id,
                    0,
                    sum(l.credits) AS sum
                   FROM public.credit_ledger l
                  WHERE (l.payment_id IS NOT NULL)
                  GROUP BY l.payment_id) x
          GROUP BY x.payment_id) c
     JOIN public.payments p ON ((p.id = c.payment_id)))
  WHERE (c.bought <> c.held)
UNION ALL
 SELECT 'captured payment that is for nothing'::text AS what,
    (p.id)::text AS id,
    ((p.provider || ' '::text) || p.provider_ref) AS which,
    'It names no checkout, membership or credits, and nobody looked at it.'::text AS why,
    format('select commerce.refresh_payment(%L)'::text, p.id) AS remedy
   FROM public.payments p
  WHERE ((p.checkout_session_id IS NULL) AND (p.captured_at IS NOT NULL) AND (NOT p.needs_review) AND (p.reviewed_at IS NULL) AND (p.status <> 'refunded'::public.payment_status) AND (p.membership_ref IS NULL) AND (p.credits IS NULL) AND (NOT (EXISTS ( SELECT 1
           FROM public.membership_invoices i
          WHERE ((i.provider = p.provider) AND (i.payment_ref = p.provider_ref))))))
UNION ALL
 SELECT 'payment started for another checkout'::text AS what,
    (s.id)::text AS id,
    ((s.provider || ' '::text) || s.provider_ref) AS which,
    format('It was started for checkout %s, and paid for %s.'::text, s.checkout_session_id, p.checkout_session_id) AS why,
    'find out what the buyer meant; refund what he did not'::text AS remedy
   FROM (public.started_payments s
     JOIN public.payments p ON (((p.provider = s.provider) AND (p.provider_ref = s.provider_ref))))
  WHERE (p.checkout_session_id <> s.checkout_session_id)
UNION ALL
 SELECT 'refund in another currency than its payment'::text AS what,
    (r.id)::text AS id,
    ((r.provider || ' '::text) || r.provider_ref) AS which,
    format('%s %s (minor units) went back of a payment in %s, and count for nothing here.'::text, r.amount_minor, r.currency, p.currency) AS why,
    ('look at the provider how much that was, and record it: '::text || format('select commerce.record_refund(%L, …, %L)'::text, p.id, r.provider_ref)) AS remedy
   FROM (public.refunds r
     JOIN public.payments p ON ((p.id = r.payment_id)))
  WHERE ((r.currency <> p.currency) AND (r.status = ANY (ARRAY['pending'::public.refund_status, 'succeeded'::public.refund_status])))
UNION ALL
 SELECT 'refund of another payment'::text AS what,
    (q.id)::text AS id,
    ((p.provider || ' '::text) || q.provider_ref) AS which,
    format('It was asked for payment %s, and made of %s.'::text, q.payment_id, r.payment_id) AS why,
    'see both payments at the provider, and refund the right one'::text AS remedy
   FROM ((public.refund_requests q
     JOIN public.payments p ON ((p.id = q.payment_id)))
     JOIN public.refunds r ON (((r.provider = p.provider) AND (r.provider_ref = q.provider_ref))))
  WHERE (r.payment_id <> q.payment_id);

COMMENT ON FUNCTION "commerce"."note_closed"(uuid) IS 'The courier writes down that nobody can pay there any more.';

COMMENT ON VIEW "ops"."inconsistencies" IS 'Everything that must never be, now: what, which, why, and what to do. select * from ops.inconsistencies. None: all is well. ops.audit_consistency keeps what it says.';

REVOKE ALL ON FUNCTION "commerce"."note_closed"(uuid) FROM PUBLIC;

CREATE INDEX student_questions_by_user ON public.student_questions USING btree (user_id);

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.student_questions
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE POLICY "students ask in their cohorts, and in none" ON "public"."student_questions"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND ((cohort_id IS NULL) OR learning.attends(cohort_id))));

COMMENT ON COLUMN "public"."student_questions"."user_id" IS 'Who asked. Null: the account with the address email, once it is confirmed.';

ALTER TABLE "public"."student_questions"
  ADD COLUMN "email" text DEFAULT ops.my_email();

ALTER TABLE "public"."student_questions"
  ADD CONSTRAINT "a_question_is_somebodys" CHECK ((num_nonnulls(user_id, email) > 0));

ALTER TABLE "public"."student_questions"
  ADD CONSTRAINT "an_address_is_lower_case" CHECK (((email = lower(email)) AND (length(email) <= 320)));

CREATE INDEX student_questions_by_email ON public.student_questions USING btree (email);

CREATE POLICY "people read their own and their cohorts' questions, admins all" ON "public"."student_questions"
  FOR SELECT
  TO "authenticated"
  USING
    (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR ( SELECT ops.is_admin() AS is_admin) OR
    learning.teaches(cohort_id)));

COMMENT ON COLUMN "public"."student_questions"."email" IS 'Where the answer goes, too: the confirmed address of who asked, in lower case.';

ALTER TABLE "public"."ticket_replies"
  ADD CONSTRAINT "a_reply_is_to_a_ticket" FOREIGN KEY (ticket_id) REFERENCES public.support_tickets(id) ON DELETE CASCADE;

CREATE POLICY "who reads a ticket reads its replies" ON "public"."ticket_replies"
  FOR SELECT
  TO "authenticated"
  USING ((EXISTS ( SELECT 1
   FROM public.support_tickets t
  WHERE (t.id = ticket_replies.ticket_id))));

CREATE INDEX support_tickets_by_user ON public.support_tickets USING btree (user_id);

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.support_tickets
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE POLICY "people open tickets of their own" ON "public"."support_tickets"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

COMMENT ON COLUMN "public"."support_tickets"."user_id" IS 'Who opened it. Null: the account with the address email, once it is confirmed.';

ALTER TABLE "public"."support_tickets"
  ADD COLUMN "email" text DEFAULT ops.my_email();

ALTER TABLE "public"."support_tickets"
  ADD CONSTRAINT "a_ticket_is_somebodys" CHECK ((num_nonnulls(user_id, email) > 0));

ALTER TABLE "public"."support_tickets"
  ADD CONSTRAINT "an_address_is_lower_case" CHECK (((email = lower(email)) AND (length(email) <= 320)));

CREATE INDEX support_tickets_by_email ON public.support_tickets USING btree (email);

CREATE POLICY "people close their own tickets, admins move all" ON "public"."support_tickets"
  FOR UPDATE
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR ( SELECT ops.is_admin() AS is_admin)));

CREATE POLICY "people read their own tickets, admins all" ON "public"."support_tickets"
  FOR SELECT
  TO "authenticated"
  USING (((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND (email = ( SELECT ops.my_email() AS my_email))) OR ( SELECT ops.is_admin() AS is_admin)));

COMMENT ON COLUMN "public"."support_tickets"."email" IS 'The confirmed address of who opened it, in lower case.';

CREATE INDEX ticket_replies_by_author ON public.ticket_replies USING btree (author_user_id);

CREATE POLICY "who reads a ticket replies to it" ON "public"."ticket_replies"
  FOR INSERT
  TO "authenticated"
  WITH CHECK (((author_user_id = ( SELECT auth.uid() AS uid)) AND (EXISTS ( SELECT 1
   FROM public.support_tickets t
  WHERE (t.id = ticket_replies.ticket_id)))));

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "author_email" text DEFAULT ops.my_email();

ALTER TABLE "public"."ticket_replies"
  ADD CONSTRAINT "a_reply_is_somebodys" CHECK ((num_nonnulls(author_user_id, author_email) > 0));

ALTER TABLE "public"."ticket_replies"
  ADD CONSTRAINT "an_address_is_lower_case" CHECK (((author_email = lower(author_email)) AND (length(author_email) <= 320)));

ALTER TABLE "public"."ticket_replies"
  ADD COLUMN "from_staff" boolean NOT NULL DEFAULT ops.is_admin();

COMMENT ON COLUMN "public"."ticket_replies"."from_staff" IS 'Whether an admin wrote it.';

-- Data --------------------------------------------------------------------------------------------------------------------

insert into inbox.providers (name, reconcile) values ('railway', false), ('make', false);

insert into outbox.destinations (name, adapter, max_in_flight, max_per_second, description) values
  ('refunds', 'refund', 5, 10, 'Asks the provider to give money back, where an admin asked for it (commerce.request_refund).'),
  ('payment_pages', 'close_payment', 5, 10, 'Closes, at the provider, where the buyer of a checkout that was called off or has expired could still pay.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', 'Packed, shipped, delivered: the e-mail to data.email.'),
  ('refunds', 'refund.requested', 'public.refund_requests', '{INSERT}', null, 'Ask the provider.'),
  ('payment_pages', 'payment.close_requested', 'public.started_payments', '{UPDATE}', 'close_requested_at', 'Close it.'),
  ('railway', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null),
  ('railway', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', null),
  ('railway', 'product.changed', 'public.products', '{INSERT}', null, null),
  ('railway', 'product.changed', 'public.products', '{UPDATE}', 'version', 'With the version that functions/catalog compares.'),
  ('make', 'enrollment.created', 'public.enrollments', '{INSERT}', null, 'The welcome e-mail, to data.email.'),
  ('make', 'enrollment.changed', 'public.enrollments', '{UPDATE}', 'status', 'Completed, cancelled, or active again.'),
  ('make', 'appointment.created', 'public.appointments', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'status', 'Confirmed, cancelled or completed: tell data.email.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'appointment.changed', 'public.appointments', '{UPDATE}', 'meet_link', null),
  ('make', 'question.asked', 'public.student_questions', '{INSERT}', null, 'Tell data.instructor_emails.'),
  ('make', 'question.answered', 'public.student_questions', '{UPDATE}', 'answered_at', 'The answer, to data.email.'),
  ('make', 'cohort_message.posted', 'public.cohort_messages', '{INSERT}', null, 'To data.student_emails and data.instructor_emails.'),
  ('make', 'ticket.opened', 'public.support_tickets', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'ticket.changed', 'public.support_tickets', '{UPDATE}', 'status', 'Tell data.email.'),
  ('make', 'ticket.replied', 'public.ticket_replies', '{INSERT}', null, 'From staff: to data.ticket_email. Else tell an admin.'),
  ('make', 'error.reported', 'public.error_reports', '{INSERT}', null, 'Tell an admin.'),
  ('make', 'form.submitted', 'public.form_submissions', '{INSERT}', null, 'Something from outside; nobody else here is told.');

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_checkouts', 'Makes the tokens by which guests ask about their checkouts. Made by the migration; nobody needs to know it.');

-- A shop that has traded before.
-- The ledger begins with what there is; what a checkout holds is written as its own, so that it can be released.
insert into public.stock_movements (product_id, quantity, reason)
select p.id, p.stock + coalesce(h.quantity, 0), 'opened'
from public.products p
left join (select r.product_id, sum(r.quantity) as quantity from public.stock_reservations r where r.status = 'held' group by 1) h on h.product_id = p.id
where p.stock + coalesce(h.quantity, 0) > 0;
insert into public.stock_movements (product_id, quantity, reason, checkout_session_id)
select r.product_id, -r.quantity, 'reserved', r.checkout_session_id
from public.stock_reservations r join public.products p on p.id = r.product_id
where r.status = 'held' and p.stock is not null;
-- Until now only what was counted was reserved.
update public.checkout_items i set reserved = false
where not exists (select 1 from public.stock_reservations r where r.checkout_session_id = i.checkout_session_id and r.product_id = i.product_id);
-- Who was settled without stock.
update public.order_items i set settled_without_stock = true
from public.orders o join public.stock_reservations r on r.checkout_session_id = o.checkout_session_id
where o.id = i.order_id and o.status = 'confirmed' and r.product_id = i.product_id and r.status = 'released';
-- Orders from before parcels were recorded: nobody is told of them now. What is still to be sent, an admin knows.
alter table public.fulfillments disable trigger tell_the_world;
insert into public.fulfillments (order_id, status, cancelled_by_refund, shipped_at, delivered_at, created_at)
select o.id, case when o.status = 'refunded' then 'cancelled' when o.created_at > now() - interval '14 days' then 'pending' else 'delivered' end::public.fulfillment_status,
  o.status = 'refunded', d.at, d.at, o.created_at
from public.orders o
cross join lateral (select case when o.status <> 'refunded' and o.created_at <= now() - interval '14 days' then o.created_at end as at) d
where not exists (select 1 from public.fulfillments f where f.order_id = o.id)
  and exists (select 1 from public.order_items i where i.order_id = o.id and i.kind = 'goods');
alter table public.fulfillments enable trigger tell_the_world;

insert into ops.retention (what, keep, description) values
  ('audits', '30 days', 'Runs of the audit that found nothing.'),
  ('audits that found', '400 days', 'Its runs that did.'),
  ('checkout requests', '2 days', 'Calls of functions/checkout: for as long a repeated one gets the first one''s answer.');

select cron.schedule('signalbox: audit consistency', '*/10 * * * *', 'select ops.audit_consistency()');
