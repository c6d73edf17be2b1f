SET local check_function_bodies = off;

DROP VIEW "ops"."attention";

DROP FUNCTION "inbox"."unreadable_due"(integer);

CREATE SCHEMA "tutoring";

CREATE TABLE "inbox"."inquiries" (
  "provider" text                     NOT NULL,
  "ref"      text                     NOT NULL,
  "times"    integer                  NOT NULL DEFAULT 1,
  "next_at"  timestamp with time zone NOT NULL,
  CONSTRAINT "a_payment_is_asked_about_in_one_row" PRIMARY KEY (PROVIDER, ref)
);

ALTER TABLE "inbox"."inquiries"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "inbox"."providers" (
  "name"             text                     NOT NULL,
  "reconcile"        boolean                  NOT NULL DEFAULT true,
  "reconciled_until" timestamp with time zone NOT NULL DEFAULT now(),
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_name_is_lower_case" CHECK ((name ~ '^[a-z][a-z0-9_]*$'::text)),
  CONSTRAINT "providers_pkey" PRIMARY KEY (name)
);

ALTER TABLE "inbox"."providers"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "inbox"."reconciliations" (
  "provider"     text                     NOT NULL,
  "since"        timestamp with time zone NOT NULL,
  "until"        timestamp with time zone NOT NULL,
  "looked_at"    integer                  NOT NULL DEFAULT 0,
  "missed"       integer                  NOT NULL DEFAULT 0,
  "healed"       integer                  NOT NULL DEFAULT 0,
  "tries"        integer                  NOT NULL DEFAULT 0,
  "started_at"   timestamp with time zone NOT NULL DEFAULT now(),
  "completed_at" timestamp with time zone,
  "remark"       text,
  CONSTRAINT "it_looks_forward" CHECK ((since <= until)),
  CONSTRAINT "no_more_is_healed_than_was_missed" CHECK (((healed >= 0) AND (healed <= missed))),
  "id"           uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "reconciliations_pkey" PRIMARY KEY (id)
);

ALTER TABLE "inbox"."reconciliations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."credit_ledger" (
  "user_id" uuid,
  "email"   text,
  "credits" integer NOT NULL,
  CONSTRAINT "an_entry_changes_the_balance" CHECK ((credits <> 0)),
  "id"      uuid    NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "credit_ledger_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."credit_ledger"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."credit_ledger" FROM "anon";

CREATE TABLE "public"."notifications" (
  "user_id"          uuid                     NOT NULL,
  "kind"             text                     NOT NULL,
  "title"            text                     NOT NULL,
  "body"             text,
  "session_recap_id" uuid,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "read_at"          timestamp with time zone,
  CONSTRAINT "a_kind_is_lower_case" CHECK ((kind ~ '^[a-z][a-z0-9_]*$'::text)),
  CONSTRAINT "somebody_is_notified_of_a_recap_once" UNIQUE (user_id, kind, session_recap_id),
  "id"               uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "notifications_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."notifications"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."notifications" FROM "anon";

CREATE TABLE "public"."payment_approvals" (
  "provider"            text                     NOT NULL,
  "provider_ref"        text                     NOT NULL,
  "checkout_session_id" uuid,
  "amount_minor"        bigint                   NOT NULL,
  "currency"            text                     NOT NULL,
  "approved_at"         timestamp with time zone NOT NULL,
  "created_at"          timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "a_currency_is_an_iso_code" CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  CONSTRAINT "an_amount_is_not_negative" CHECK ((amount_minor >= 0)),
  CONSTRAINT "an_approval_is_recorded_once" UNIQUE (PROVIDER, provider_ref, approved_at),
  "id"                  uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "payment_approvals_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."payment_approvals"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."payment_approvals" FROM "anon", "authenticated";

CREATE TABLE "public"."session_recaps" (
  "provider"            text                     NOT NULL,
  "provider_ref"        text                     NOT NULL,
  "tutoring_session_id" uuid,
  "title"               text                     NOT NULL,
  "url"                 text,
  "share_url"           text,
  "started_at"          timestamp with time zone NOT NULL,
  "ended_at"            timestamp with time zone,
  "scheduled_start_at"  timestamp with time zone,
  "scheduled_end_at"    timestamp with time zone,
  "language"            text,
  "people"              jsonb                    NOT NULL,
  CONSTRAINT "a_provider_names_a_recording_once" UNIQUE (PROVIDER, provider_ref),
  "id"                  uuid                     NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "session_recaps_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."session_recaps"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."session_recaps" FROM "anon";

CREATE TABLE "public"."session_transcripts" (
  "session_recap_id" uuid                     NOT NULL,
  "transcript"       jsonb                    NOT NULL,
  "created_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "updated_at"       timestamp with time zone NOT NULL DEFAULT now(),
  "as_of"            timestamp with time zone NOT NULL,
  "as_of_event"      text                     NOT NULL,
  CONSTRAINT "a_transcript_is_a_list" CHECK ((jsonb_typeof(transcript) = 'array'::text)),
  CONSTRAINT "session_transcripts_pkey" PRIMARY KEY (session_recap_id)
);

ALTER TABLE "public"."session_transcripts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."session_transcripts" FROM "anon";

CREATE TABLE "public"."tutoring_sessions" (
  "title" text NOT NULL,
  "id"    uuid NOT NULL DEFAULT ops.uuid7(),
  CONSTRAINT "tutoring_sessions_pkey" PRIMARY KEY (id)
);

ALTER TABLE "public"."tutoring_sessions"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."tutoring_sessions" FROM "anon";

ALTER TABLE "inbox"."events"
  ADD COLUMN "confirmation" text;

ALTER TABLE "public"."payments"
  ADD COLUMN "membership_ref" text;

ALTER TABLE "public"."payments"
  ADD COLUMN "credits" integer;

ALTER TABLE "public"."payments"
  ADD COLUMN "credit_pack_ref" text;

CREATE TYPE "public"."credit_reason" AS ENUM (
  'bought',
  'refunded',
  'spent',
  'granted'
);

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "reason" public.credit_reason NOT NULL;

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "payment_id" uuid;

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "provider" text;

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "customer_ref" text;

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "note" text;

ALTER TABLE "public"."credit_ledger"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE TYPE "public"."tutoring_session_status" AS ENUM (
  'scheduled',
  'completed',
  'cancelled'
);

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "status" public.tutoring_session_status NOT NULL DEFAULT 'scheduled'::public.tutoring_session_status;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "starts_at" timestamp WITH time zone NOT NULL;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "ends_at" timestamp WITH time zone NOT NULL;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "tutor_user_id" uuid;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "tutor_email" text NOT NULL;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "student_user_id" uuid;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "student_email" text NOT NULL;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "meet_link" text;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "calendar_event_id" text;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "completed_by_recap" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."tutoring_sessions"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

CREATE OR REPLACE FUNCTION commerce.apply_approval (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkout uuid;
begin
  select s.id into v_checkout from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid for no key update;
  insert into public.payment_approvals (provider, provider_ref, checkout_session_id, amount_minor, currency, approved_at)
  values (
    apply_approval.provider, fact ->> 'provider_ref', v_checkout, (fact ->> 'amount_minor')::bigint, fact ->> 'currency',
    (fact ->> 'occurred_at')::timestamptz
  )
  on conflict on constraint an_approval_is_recorded_once do nothing;
  perform commerce.refresh_checkout(v_checkout);
end
$function$;

CREATE OR REPLACE FUNCTION commerce.apply_checkout_cancelled (
  provider text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid;
  if not found then
    return;
  end if;
  perform commerce.apply_payment(
    provider,
    jsonb_build_object(
      'type', 'payment.cancelled', 'occurred_at', fact -> 'occurred_at', 'provider_ref', fact -> 'provider_ref',
      'checkout_session_id', v_checkout.id, 'amount_minor', v_checkout.total_minor, 'currency', v_checkout.currency
    )
  );
end
$function$;

CREATE OR REPLACE FUNCTION commerce.apply_customer (
  provider text,
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into public.customers as c (provider, provider_ref, email, name, phone, user_id, as_of, as_of_event)
  values (
    apply_customer.provider, fact ->> 'provider_ref', lower(fact ->> 'email'), fact ->> 'name', fact ->> 'phone',
    commerce.user_of(fact ->> 'email'), (fact ->> 'occurred_at')::timestamptz, apply_customer.event_id
  )
  on conflict on constraint a_provider_names_a_customer_once do update
  set email = excluded.email, name = excluded.name, phone = excluded.phone, user_id = excluded.user_id,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event
  where (excluded.as_of, excluded.as_of_event) > (c.as_of, c.as_of_event);

  -- Memberships and credits may have come before their customer.
  update public.memberships m
  set user_id = community.member_of(m.provider, m.customer_ref, m.email)
  where m.provider = apply_customer.provider
    and m.customer_ref = fact ->> 'provider_ref'
    and m.user_id is distinct from community.member_of(m.provider, m.customer_ref, m.email);
  update public.credit_ledger l
  set user_id = community.member_of(l.provider, l.customer_ref, l.email)
  where l.provider = apply_customer.provider and l.customer_ref = fact ->> 'provider_ref' and l.user_id is null
    and community.member_of(l.provider, l.customer_ref, l.email) is not null;
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
  if v_checkout.id is null then
    return;
  end if;
  if v.captured_at is not null and not v.needs_review and v.reviewed_at is null and v.status <> 'refunded'
    and not exists (select 1 from public.orders o where o.payment_id = v.id) then
    perform commerce.make_order(v, v_checkout);
  else
    perform commerce.refresh_checkout(v_checkout.id);
  end if;
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
  elsif (v_approval.amount_minor, v_approval.currency) <> (v_checkout.total_minor, v_checkout.currency) then
    outcome := 'refused';
    reason := format(
      'Approved are %s %s (minor units), but the checkout asks for %s %s. Left alone, the buyer is not charged.',
      v_approval.amount_minor, v_approval.currency, v_checkout.total_minor, v_checkout.currency
    );
  end if;
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
      and exists (select 1 from public.payment_approvals a where a.checkout_session_id = v_checkout.id) then 'payment_pending'
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
  v_reason := commerce.review_reason(
    v_payment, (select s from public.checkout_sessions s where s.id = v_payment.checkout_session_id)
  );
  update public.payments p
  set refunded_minor = v_refunded, status = v_status, needs_review = v_reason is not null, review_reason = v_reason
  where p.id = v_payment.id and (p.refunded_minor, p.status, p.review_reason) is distinct from (v_refunded, v_status, v_reason);

  perform community.settle_credits(v_payment);
  perform commerce.refresh_checkout(v_payment.checkout_session_id);

  update public.orders o
  set status = s.status
  from (
    select case
      when v_status = 'refunded' then 'refunded'
      when o2.attention_reason is not null then 'needs_attention'
      else 'confirmed'
    end::public.order_status as status
    from public.orders o2 where o2.payment_id = v_payment.id
  ) s
  where o.payment_id = v_payment.id and o.status <> s.status;
end
$function$;

CREATE OR REPLACE FUNCTION commerce.review_reason (
  payment  public.payments,
  checkout public.checkout_sessions
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_other bigint;
begin
  if payment.captured_at is null or payment.status = 'refunded' or payment.reviewed_at is not null
    or exists (select 1 from public.orders o where o.payment_id = payment.id) then
    return null;
  end if;
  if checkout.id is null then
    if payment.membership_ref is not null or payment.credits is not null or exists (
      select 1 from public.membership_invoices i where i.provider = payment.provider and i.payment_ref = payment.provider_ref
    ) then
      return null; -- it paid a membership's bill or credits, not a checkout
    end if;
    return 'It names no checkout session of ours. Find out what it is for, and refund it at the provider if nothing; or commerce.close_review.';
  end if;
  select o.number into v_other from public.orders o where o.checkout_session_id = checkout.id;
  if found then
    return format('Its checkout was already paid by another payment (order %s). Refund one of the two at the provider.', v_other);
  end if;
  if payment.currency <> checkout.currency or payment.amount_minor <> checkout.total_minor then
    return format(
      'Captured %s %s (minor units), but the checkout asks for %s %s. commerce.accept_payment fulfils it all the same; or refund it at the provider.',
      payment.amount_minor, payment.currency, checkout.total_minor, checkout.currency
    );
  end if;
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
  v_due integer;
  v_owner uuid;
begin
  if payment.credits is null or payment.captured_at is null then
    return;
  end if;
  select case when payment.status = 'refunded' then 0 else payment.credits end - coalesce(sum(l.credits), 0)
  into v_due
  from public.credit_ledger l
  where l.payment_id = payment.id;
  -- Whose they are stays so: they are taken from whom they were given to, whoever has his address by then.
  select l.user_id into v_owner from public.credit_ledger l where l.payment_id = payment.id and l.user_id is not null limit 1;
  if v_owner is null then
    v_owner := community.member_of(payment.provider, payment.customer_ref, payment.email);
    update public.credit_ledger l set user_id = v_owner where l.payment_id = payment.id and v_owner is not null;
  end if;

  if v_due <> 0 then
    insert into public.credit_ledger (user_id, email, credits, reason, payment_id, provider, customer_ref)
    values (
      v_owner, payment.email, v_due,
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
    else array[provider || '/' || split_part(fact ->> 'type', '.', 1) || '/' || (fact ->> 'provider_ref')]
  end;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.knows_fact (
  provider text,
  fact     jsonb
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_type text := fact ->> 'type';
  v_ref text := fact ->> 'provider_ref';
  v_payment record;
begin
  case split_part(v_type, '.', 1)
    when 'payment' then
      if v_type = 'payment.approved' then
        return exists (
          select 1 from public.payment_approvals a where a.provider = knows_fact.provider and a.provider_ref = v_ref
        );
      end if;
      select p.* into v_payment
      from public.payments p
      where p.provider = knows_fact.provider and p.provider_ref = coalesce(v_ref, fact ->> 'payment_ref');
      if v_payment.id is null then
        return false;
      end if;
      return case
        when v_type = 'payment.refunded' then
          v_payment.refunded_minor >= (fact ->> 'refunded_minor')::bigint or v_payment.reported_refunded_minor >= (fact ->> 'refunded_minor')::bigint
        when v_type = 'payment.captured' then v_payment.captured_at is not null
        else v_payment.status >= split_part(v_type, '.', 2)::public.payment_status
      end;
    when 'refund' then
      return exists (
        select 1 from public.refunds r
        where r.provider = knows_fact.provider and r.provider_ref = v_ref and r.status >= (fact ->> 'status')::public.refund_status
      );
    when 'dispute' then
      return exists (
        select 1 from public.disputes d
        where d.provider = knows_fact.provider and d.provider_ref = v_ref
          and (d.as_of >= (fact ->> 'occurred_at')::timestamptz or d.status = (fact ->> 'status')::public.dispute_status)
      );
    when 'membership' then
      return v_type = 'membership.updated' and exists (
        select 1 from public.memberships m
        where m.provider = knows_fact.provider and m.provider_ref = v_ref
          and (
            m.as_of >= (fact ->> 'occurred_at')::timestamptz
            or (m.status, m.current_period_end, m.cancel_at_period_end) is not distinct from
              ((fact ->> 'status')::public.membership_status, (fact ->> 'current_period_end')::timestamptz, (fact ->> 'cancel_at_period_end')::boolean)
          )
      );
    when 'checkout' then
      return not exists (select 1 from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid)
        or exists (
          select 1 from public.payments p where p.provider = knows_fact.provider and p.provider_ref = v_ref and p.status >= 'cancelled'
        );
    when 'meeting' then
      return tutoring.knows_meeting(knows_fact.provider, fact);
    else
      return false;
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.missing (
  events jsonb,
  lists  text
)
  RETURNS TABLE (
    "position" integer
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if coalesce(lists, '') not in ('events', 'objects') then
    raise exception 'there is no list of %', coalesce(lists, '(none)') using errcode = '22023', hint = 'events, or objects.';
  end if;
  return query
    select (g.ordinality - 1)::integer
    from jsonb_array_elements(events) with ordinality as g
    where not exists (
        select 1 from inbox.events e
        where e.provider = g.value ->> 'provider' and e.provider_event_id = g.value ->> 'provider_event_id' and e.trust <> 'unconfirmed'
      )
      and (
        lists = 'events'
        or jsonb_typeof(g.value -> 'facts') is distinct from 'array' -- what cannot be read must be looked at
        or exists (select 1 from jsonb_array_elements(g.value -> 'facts') f where not inbox.knows_fact(g.value ->> 'provider', f.value))
      )
    order by g.ordinality;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.note_reconciliation (
  reconciliation_id uuid,
  looked_at         integer,
  missed            integer,
  healed            integer,
  complete          boolean,
  remark            text    DEFAULT NULL::text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_run inbox.reconciliations;
begin
  update inbox.reconciliations r
  set looked_at = greatest(r.looked_at, note_reconciliation.looked_at),
      -- What an interrupted try healed was not missing any more in the next.
      missed = r.missed + note_reconciliation.missed,
      healed = r.healed + note_reconciliation.healed,
      tries = r.tries + 1,
      completed_at = case when note_reconciliation.complete then now() end,
      remark = note_reconciliation.remark
  where r.id = note_reconciliation.reconciliation_id and r.completed_at is null
  returning r.* into v_run;
  if v_run.completed_at is not null and v_run.remark is null then
    update inbox.providers p set reconciled_until = v_run.until
    where p.name = v_run.provider and p.reconciled_until < v_run.until and p.reconciled_until >= v_run.since; -- no gap in between
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.receive (
  events jsonb
)
  RETURNS TABLE (
    id                uuid,
    provider          text,
    provider_event_id text,
    status            inbox.event_status,
    duplicate         boolean,
    error             text
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
#variable_conflict use_column
declare
  v_new uuid[];
  v_event inbox.events;
  v_given record;
  v_seen uuid[] := '{}';
begin
  if jsonb_typeof(events) is distinct from 'array' then
    raise exception 'inbox.receive takes a list of events' using errcode = '22023', hint = 'Wrap a single event in [ ].';
  end if;

  with given as (
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation, g.headers, g.position,
      case when jsonb_typeof(g.facts) = 'array' then g.facts end as facts,
      case when jsonb_typeof(g.facts) <> 'array' then 'Its facts are no list.' else g.error end as error
    from rows from (
      jsonb_to_recordset(events) as (
        provider text, provider_event_id text, type text, subject text, trust inbox.event_trust,
        occurred_at timestamptz, body text, confirmation text, headers jsonb, facts jsonb, error text
      )
    ) with ordinality as g (provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error, position)
  ), stored as (
    insert into inbox.events (provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, status, applied_at, error, next_attempt_at)
    select g.provider, g.provider_event_id, g.type, g.subject, g.trust, g.occurred_at, g.body, g.confirmation, coalesce(g.headers, '{}'), g.facts,
      o.status, case when o.status = 'applied' then now() end,
      case when o.status = 'failed' then coalesce(g.error, 'It could not be read.') end,
      case when o.status = 'failed' or g.trust = 'unconfirmed' then now() + inbox.retry_delay(1) end
    from given g
    cross join lateral (
      select case
        when g.facts is null then 'failed'
        when g.trust = 'unconfirmed' or jsonb_array_length(g.facts) = 0 then 'ignored'
        else 'applied'
      end::inbox.event_status as status
    ) o
    order by g.provider, g.provider_event_id, g.position
    on conflict on constraint an_event_is_received_once do nothing
    returning events.id
  )
  select coalesce(array_agg(s.id), '{}') into v_new from stored s;

  if cardinality(v_new) < jsonb_array_length(events) then
    perform 1
    from inbox.events e
    where (e.provider, e.provider_event_id) in (select g.value ->> 'provider', g.value ->> 'provider_event_id' from jsonb_array_elements(events) g)
    order by e.provider, e.provider_event_id
    for update;
  end if;
  perform inbox.lock_keys(events);

  for v_given in select g.value from jsonb_array_elements(events) with ordinality as g order by g.ordinality loop
    select e.* into v_event
    from inbox.events e
    where e.provider = v_given.value ->> 'provider' and e.provider_event_id = v_given.value ->> 'provider_event_id';
    id := v_event.id;
    provider := v_event.provider;
    provider_event_id := v_event.provider_event_id;
    duplicate := not (v_event.id = any (v_new)) or v_event.id = any (v_seen);
    if not duplicate then
      v_seen := v_seen || v_event.id;
      perform outbox.forward_event(v_event);
      status := inbox.settle(v_event, false);
    elsif v_event.trust = 'unconfirmed' and v_given.value ->> 'trust' <> 'unconfirmed' then
      -- Nobody vouched for what came first: what the provider confirms is the event.
      update inbox.events e
      set type = v_given.value ->> 'type',
          subject = v_given.value ->> 'subject',
          trust = (v_given.value ->> 'trust')::inbox.event_trust,
          occurred_at = (v_given.value ->> 'occurred_at')::timestamptz,
          body = v_given.value ->> 'body',
          confirmation = v_given.value ->> 'confirmation',
          -- Asking about it used up none of the tries to apply it, or to read it.
          attempts = 1,
          next_attempt_at = case when jsonb_typeof(v_given.value -> 'facts') is distinct from 'array' then now() + inbox.retry_delay(1) end,
          headers = coalesce(v_given.value -> 'headers', '{}'),
          facts = case when jsonb_typeof(v_given.value -> 'facts') = 'array' then v_given.value -> 'facts' end,
          error = v_given.value ->> 'error'
      where e.id = v_event.id
      returning e.* into v_event;
      perform outbox.forward_event(v_event);
      status := inbox.settle(v_event, false);
    elsif v_event.status in ('failed', 'dead', 'parked') and v_given.value ->> 'trust' <> 'unconfirmed' then
      -- It came again before it was settled: take today's reading of it, and try now rather than later.
      if jsonb_typeof(v_given.value -> 'facts') = 'array' then
        update inbox.events e set facts = v_given.value -> 'facts' where e.id = v_event.id returning e.* into v_event;
      else
        -- Today it cannot be read: the earlier reading is tried, whose locks are not held yet.
        perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
      end if;
      status := inbox.settle(v_event, false);
    else
      status := v_event.status;
    end if;
    error := case when status in ('failed', 'dead', 'parked') then (select e.error from inbox.events e where e.id = v_event.id) end;
    return next;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.reconcile (
  provider text,
  since    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  until    timestamp with time zone DEFAULT NULL::timestamp WITH time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_provider inbox.providers;
  v_run inbox.reconciliations;
begin
  select p.* into v_provider from inbox.providers p where p.name = reconcile.provider;
  if not found then
    raise exception 'there is no provider %', reconcile.provider using hint = 'select name from inbox.providers';
  end if;
  insert into inbox.reconciliations (provider, since, until)
  values (
    v_provider.name,
    coalesce(reconcile.since, v_provider.reconciled_until - interval '3 days'),
    coalesce(reconcile.until, now() - interval '2 minutes')
  )
  returning * into v_run;
  perform outbox.write_message(
    'reconciliation.requested',
    'reconciliations/' || v_run.provider,
    json_build_object(
      'type', 'reconciliation.requested',
      'timestamp', ops.iso_utc(now()),
      'data', json_build_object(
        'reconciliation_id', v_run.id, 'provider', v_run.provider, 'since', ops.iso_utc(v_run.since), 'until', ops.iso_utc(v_run.until)
      )
    )::text,
    null,
    array['reconciler']
  );
  return v_run.id;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.reconcile_all()
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_provider text;
  v_count integer := 0;
begin
  for v_provider in
    select p.name
    from inbox.providers p
    where p.reconcile
      and (
        not exists (select 1 from inbox.reconciliations r where r.provider = p.name and r.started_at > now() - interval '5 minutes')
        or (
          exists (select 1 from inbox.to_ask_about(p.name, 1))
          -- Not where there is nobody to ask (its API key is not set).
          and not exists (
            select 1 from inbox.reconciliations r
            where r.provider = p.name and r.started_at > now() - interval '5 minutes' and r.completed_at is not null and r.remark is not null
          )
        )
      )
      -- One at a time: what is under way, or waits for another try, will look until then too.
      and not exists (
        select 1 from outbox.deliveries d
        where d.destination = 'reconciler' and d.record_key = 'reconciliations/' || p.name and d.status in ('pending', 'sending')
      )
    order by p.name
  loop
    perform inbox.reconcile(v_provider);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.retry (
  event_id uuid,
  facts    jsonb DEFAULT NULL::jsonb
)
  RETURNS inbox.event_status
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_event inbox.events;
begin
  select e.* into v_event from inbox.events e where e.id = retry.event_id for update skip locked;
  if not found then
    if exists (select 1 from inbox.events e where e.id = retry.event_id) then
      return null; -- someone else is at it
    end if;
    raise exception 'there is no event %', retry.event_id using hint = 'Look it up in inbox.events.';
  end if;
  if v_event.trust = 'unconfirmed' then
    -- Only the provider can say whether it is true: it is asked again.
    update inbox.events e set attempts = 1, next_attempt_at = now() where e.id = v_event.id;
    perform outbox.ring_if_due();
    return v_event.status;
  end if;
  if v_event.status in ('applied', 'ignored') and retry.facts is null then
    return v_event.status;
  end if;
  v_event.facts := coalesce(retry.facts, v_event.facts);
  update inbox.events e set facts = v_event.facts where e.id = v_event.id;
  perform inbox.lock_keys(jsonb_build_array(jsonb_build_object('provider', v_event.provider, 'facts', v_event.facts)));
  return inbox.settle(v_event, true);
end
$function$;

CREATE OR REPLACE FUNCTION inbox.settle (
  event  inbox.events,
  counts boolean
)
  RETURNS inbox.event_status
  LANGUAGE plpgsql
  SET search_path TO ''
  SET plan_cache_mode TO 'force_generic_plan'
  AS $function$
declare
  v record;
  -- Waiting uses up no tries.
  v_attempts integer;
  v_parked inbox.events;
begin
  v := inbox.try_apply(event);
  v_attempts := event.attempts + (counts and v.status <> 'parked')::integer;
  -- An event is stored as applied (or ignored) before it is applied: the common case writes its row once.
  if counts or (v.status, v.error, v.waiting_for) is distinct from (event.status, event.error, event.waiting_for) then
    update inbox.events e
    set status = case when v.status = 'failed' and inbox.retry_delay(v_attempts) is null then 'dead' else v.status end,
        error = v.error,
        waiting_for = v.waiting_for,
        attempts = v_attempts,
        applied_at = case when v.status = 'applied' then now() end,
        next_attempt_at = case
          when v.status = 'failed' then now() + inbox.retry_delay(v_attempts)
          -- What it waits for wakes it; this is only the net below.
          when v.status = 'parked' then now() + interval '1 hour'
          when e.trust = 'unconfirmed' then e.next_attempt_at
        end
    where e.id = event.id
    returning e.status into v.status;
  end if;

  if v.status = 'applied' then
    for v_parked in
      select p.*
      from inbox.events p
      where p.status = 'parked'
        and p.waiting_for in (
          select k.key
          from jsonb_array_elements(event.facts) as f, unnest(inbox.fact_keys(event.provider, f.value)) as k (key)
        )
      order by p.received_at, p.id
      -- One that another session is retrying waits for our locks, and will see what we did.
      for update skip locked
    loop
      perform inbox.settle(v_parked, true);
    end loop;
  end if;
  return v.status;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.still_unconfirmed (
  event_id uuid,
  reason   text
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  update inbox.events e
  set attempts = e.attempts + 1,
      error = case when inbox.retry_delay(e.attempts + 1) is null then 'Never confirmed, and not asked about any more. ' else 'Kept until the provider confirms it. ' end || reason,
      next_attempt_at = now() + inbox.retry_delay(e.attempts + 1)
  where e.id = event_id and e.trust = 'unconfirmed';
end
$function$;

CREATE OR REPLACE FUNCTION inbox.to_ask_about (
  provider text,
  at_most  integer DEFAULT 25
)
  RETURNS TABLE (
    kind text,
    ref  text
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query select w.kind, w.ref
  from (
    select 'payment' as kind, p.provider_ref as ref, p.created_at
    from public.payments p
    where p.provider = to_ask_about.provider and p.status in ('created', 'pending')
    union all
    -- Approved, and nothing came of it yet. What names no checkout of ours is not ours to take.
    select 'approval', a.provider_ref, min(a.created_at)
    from public.payment_approvals a
    where a.provider = to_ask_about.provider and a.checkout_session_id is not null
      and not exists (
        select 1 from public.payments p
        where p.checkout_session_id = a.checkout_session_id and (p.provider = a.provider or p.captured_at is not null)
      )
    group by a.provider_ref
  ) w
  left join inbox.inquiries i on i.provider = to_ask_about.provider and i.ref = w.ref
  where w.created_at < now() - interval '3 minutes'
    and w.created_at > now() - interval '60 days'
    and coalesce(i.next_at, '-infinity') <= now()
  order by coalesce(i.next_at, '-infinity'), w.created_at
  limit at_most;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.unconfirmed_due (
  at_most integer DEFAULT 20
)
  RETURNS TABLE (
    id                uuid,
    provider          text,
    provider_event_id text,
    body              text,
    headers           jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
BEGIN ATOMIC
 SELECT e.id,
     e.provider,
     e.provider_event_id,
     e.body,
     e.headers
    FROM inbox.events e
   WHERE ((e.trust = 'unconfirmed'::inbox.event_trust) AND (e.next_attempt_at <= now()))
   ORDER BY e.next_attempt_at
  LIMIT unconfirmed_due.at_most;
END;

CREATE OR REPLACE FUNCTION inbox.unreadable_due (
  at_most integer DEFAULT 50
)
  RETURNS TABLE (
    id       uuid,
    provider text,
    text     text,
    headers  jsonb
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
BEGIN ATOMIC
 SELECT e.id,
     e.provider,
     COALESCE(e.confirmation, e.body)
  AS "coalesce",
     e.headers
    FROM inbox.events e
   WHERE ((e.status = 'failed'::inbox.event_status) AND (e.facts IS NULL) AND (e.trust <> 'unconfirmed'::inbox.event_trust) AND (e.next_attempt_at <= now()))
   ORDER BY e.next_attempt_at
  LIMIT unreadable_due.at_most;
END;

CREATE OR REPLACE FUNCTION ops.tidy()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  delete from cron.job_run_details d where d.end_time < now() - interval '1 day';
  delete from outbox.couriers c where c.started_at < now() - interval '1 day';
  delete from inbox.rejections r where r.minute < now() - interval '90 days';
  delete from outbox.messages m
  where m.type = 'reconciliation.requested' and m.created_at < now() - interval '1 day'
    and not exists (select 1 from outbox.deliveries d where d.message_id = m.id and d.status in ('pending', 'sending'));
  delete from inbox.reconciliations r where r.started_at < now() - case when r.missed > 0 then interval '90 days' else interval '7 days' end;
  delete from inbox.inquiries i where i.next_at < now() - interval '60 days';
end
$function$;

CREATE OR REPLACE FUNCTION outbox.needs_courier()
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return not outbox.courier_is_awake() and (exists (select 1 from outbox.due()) or exists (select 1 from inbox.unreadable_due(1)) or exists (select 1 from inbox.unconfirmed_due(1)));
end
$function$;

CREATE OR REPLACE FUNCTION outbox.record (
  courier uuid,
  results jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_delay interval;
begin
  for v in
    select r.*, d.id, d.destination, d.record_key, d.attempts, d.attempts_before,
      d.status = 'sending' and d.courier = record.courier and d.attempts = r.attempt as current
    from jsonb_to_recordset(results) as r (
      delivery_id bigint, attempt integer, outcome text, started_at timestamptz, duration_ms integer,
      status_code integer, error text, response_body text, retry_after_ms bigint
    )
    join outbox.deliveries d on d.id = r.delivery_id
    order by d.id
    for no key update of d
  loop
    if v.outcome in ('delivered', 'retry', 'refused', 'gone', 'cancelled') then
      insert into outbox.attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, courier)
      values (v.delivery_id, v.attempt, v.started_at, v.duration_ms, v.status_code, v.error, v.response_body, record.courier)
      on conflict on constraint an_attempt_is_recorded_once do nothing;
    end if;
    continue when not v.current; -- its lease ran out and another courier has it: the log keeps the attempt, the state is theirs

    case v.outcome
      when 'delivered' then
        update outbox.deliveries d
        set status = 'delivered', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = null
        where d.id = v.id;
      when 'cancelled' then
        update outbox.deliveries d
        set status = 'cancelled', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'refused' then
        update outbox.deliveries d
        set status = 'dead', settled_at = now(), lease_until = null, last_status_code = v.status_code, last_error = v.error
        where d.id = v.id;
      when 'unsent' then
        -- Nothing left this house (no address, no secret): it does not use up an attempt, and the destination waits.
        update outbox.deliveries d
        set status = 'pending', lease_until = null, courier = null, attempts = d.attempts - 1, last_error = v.error
        where d.id = v.id;
        update outbox.destinations t
        set held_until = now() + interval '1 minute', held_reason = coalesce(v.error, 'no reason given')
        where t.name = v.destination;
      when 'retry', 'gone' then
        v_delay := outbox.retry_delay(v.attempts - v.attempts_before);
        if v.outcome = 'gone' then
          -- A pause holds, and never drops: even after the last try.
          perform outbox.pause(v.destination, v.error);
          v_delay := coalesce(v_delay, '0 seconds');
        end if;
        update outbox.deliveries d
        set status = case when v_delay is null then 'dead' else 'pending' end::outbox.delivery_status,
            settled_at = case when v_delay is null then now() end,
            next_attempt_at = case
              when v_delay is null then d.next_attempt_at
              else clock_timestamp() + greatest(v_delay, least(make_interval(secs => coalesce(v.retry_after_ms, 0) / 1000.0), interval '24 hours'))
            end,
            lease_until = null,
            courier = null,
            last_status_code = v.status_code,
            last_error = v.error
        where d.id = v.id;
      else
        raise exception 'no rule for the outcome %', coalesce(v.outcome, '(none)') using errcode = '22023';
    end case;
    perform outbox.release_next(v.destination, v.record_key);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.apply_meeting (
  provider text,
  event_id text,
  fact     jsonb
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_at timestamptz := fact ->> 'occurred_at';
  v_old public.session_recaps;
  v_new public.session_recaps;
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  select r.* into v_old
  from public.session_recaps r
  where r.provider = apply_meeting.provider and r.provider_ref = fact ->> 'provider_ref'
  for no key update;
  v_new := v_old;

  -- Against a part that has not come yet the comparison is null: whatever comes is news.
  if ((v_at, event_id) > (v_old.details_as_of, v_old.details_as_of_event)) is not false then
    v_new.title := fact ->> 'title';
    v_new.url := fact ->> 'url';
    v_new.share_url := fact ->> 'share_url';
    v_new.started_at := fact ->> 'started_at';
    v_new.ended_at := fact ->> 'ended_at';
    v_new.scheduled_start_at := fact ->> 'scheduled_start_at';
    v_new.scheduled_end_at := fact ->> 'scheduled_end_at';
    v_new.language := fact ->> 'language';
    v_new.people := fact -> 'people';
    v_new.details_as_of := v_at;
    v_new.details_as_of_event := event_id;
  end if;
  if fact ->> 'summary_markdown' is not null and ((v_at, event_id) > (v_old.summary_as_of, v_old.summary_as_of_event)) is not false then
    v_new.summary_markdown := fact ->> 'summary_markdown';
    v_new.summary_as_of := v_at;
    v_new.summary_as_of_event := event_id;
  end if;
  if fact ->> 'action_items' is not null and ((v_at, event_id) > (v_old.action_items_as_of, v_old.action_items_as_of_event)) is not false then
    v_new.action_items := fact -> 'action_items';
    v_new.action_items_as_of := v_at;
    v_new.action_items_as_of_event := event_id;
  end if;
  v_new.tutoring_session_id := tutoring.session_of(v_new.people, v_new.started_at, v_new.scheduled_start_at);

  -- One statement for all that is new, so that the world hears of it in one message.
  if v_old.id is null then
    insert into public.session_recaps (
      provider, provider_ref, tutoring_session_id, title, url, share_url, started_at, ended_at, scheduled_start_at, scheduled_end_at,
      language, people, summary_markdown, action_items, details_as_of, details_as_of_event, summary_as_of, summary_as_of_event,
      action_items_as_of, action_items_as_of_event
    )
    values (
      apply_meeting.provider, fact ->> 'provider_ref', v_new.tutoring_session_id, v_new.title, v_new.url, v_new.share_url, v_new.started_at,
      v_new.ended_at, v_new.scheduled_start_at, v_new.scheduled_end_at, v_new.language, v_new.people, v_new.summary_markdown,
      v_new.action_items, v_new.details_as_of, v_new.details_as_of_event, v_new.summary_as_of, v_new.summary_as_of_event,
      v_new.action_items_as_of, v_new.action_items_as_of_event
    )
    returning id into v_new.id;
  elsif v_new is distinct from v_old then
    update public.session_recaps r
    set tutoring_session_id = v_new.tutoring_session_id, title = v_new.title, url = v_new.url, share_url = v_new.share_url,
        started_at = v_new.started_at, ended_at = v_new.ended_at, scheduled_start_at = v_new.scheduled_start_at,
        scheduled_end_at = v_new.scheduled_end_at, language = v_new.language, people = v_new.people,
        summary_markdown = v_new.summary_markdown, action_items = v_new.action_items,
        details_as_of = v_new.details_as_of, details_as_of_event = v_new.details_as_of_event,
        summary_as_of = v_new.summary_as_of, summary_as_of_event = v_new.summary_as_of_event,
        action_items_as_of = v_new.action_items_as_of, action_items_as_of_event = v_new.action_items_as_of_event
    where r.id = v_old.id;
  end if;

  if fact ->> 'transcript' is not null then
    insert into public.session_transcripts as t (session_recap_id, transcript, as_of, as_of_event)
    values (v_new.id, fact -> 'transcript', v_at, apply_meeting.event_id)
    on conflict (session_recap_id) do update
    set transcript = excluded.transcript, as_of = excluded.as_of, as_of_event = excluded.as_of_event
    where (excluded.as_of, excluded.as_of_event) > (t.as_of, t.as_of_event);
  end if;
  perform tutoring.settle_recap(v_new.id, v_old.tutoring_session_id);
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.audience (
  recap_id uuid
)
  RETURNS TABLE (
    role    text,
    name    text,
    email   text,
    user_id uuid
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query
  select a.role, (select max(p.value ->> 'name') from jsonb_array_elements(r.people) p where lower(p.value ->> 'email') = a.email), a.email, a.user_id
  from public.session_recaps r
  left join public.tutoring_sessions s on s.id = r.tutoring_session_id
  cross join lateral (
    select p.role, p.email, p.user_id from tutoring.participants(s) p where s.id is not null
    union all
    select null, e.email, commerce.user_of(e.email) from unnest(r.emails) e (email) where s.id is null
  ) a
  where r.id = audience.recap_id;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.emails_of (
  people jsonb
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return array(select distinct lower(p.value ->> 'email') from jsonb_array_elements(people) p where p.value ->> 'email' <> '' order by 1);
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.find_recaps()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_session public.tutoring_sessions;
  v_recap record;
begin
  v_session := case when tg_op = 'DELETE' then old else new end;
  for v_recap in
    select r.id, r.tutoring_session_id as session_before, tutoring.session_of(r.people, r.started_at, r.scheduled_start_at) as session_now
    from public.session_recaps r
    where r.tutoring_session_id = v_session.id
      or (
        r.emails && array[v_session.tutor_email, v_session.student_email]
        and tutoring.seconds_apart(r.started_at, r.scheduled_start_at, v_session.starts_at, v_session.ends_at) is not null
      )
    order by r.id
    for no key update
  loop
    if v_recap.session_now is distinct from v_recap.session_before then
      update public.session_recaps r set tutoring_session_id = v_recap.session_now where r.id = v_recap.id;
    end if;
    perform tutoring.settle_recap(v_recap.id, v_recap.session_before);
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.knows_meeting (
  provider text,
  fact     jsonb
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_at timestamptz := fact ->> 'occurred_at';
begin
  return exists (
    select 1
    from public.session_recaps r
    left join public.session_transcripts t on t.session_recap_id = r.id
    where r.provider = knows_meeting.provider
      and r.provider_ref = fact ->> 'provider_ref'
      and (
        r.details_as_of >= v_at
        or (r.title, r.started_at, r.ended_at, r.people) is not distinct from
          (fact ->> 'title', (fact ->> 'started_at')::timestamptz, (fact ->> 'ended_at')::timestamptz, fact -> 'people')
      )
      and (fact ->> 'summary_markdown' is null or r.summary_as_of >= v_at or r.summary_markdown = fact ->> 'summary_markdown')
      and (fact ->> 'action_items' is null or r.action_items_as_of >= v_at or r.action_items = fact -> 'action_items')
      and (fact ->> 'transcript' is null or t.as_of >= v_at or t.transcript = fact -> 'transcript')
  );
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.matching_lock()
  RETURNS bigint
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
begin
  return hashtextextended('tutoring/matching', 0);
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.my_email()
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

CREATE OR REPLACE FUNCTION tutoring.notification_details (
  notification_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object('email', (
    select u.email from public.notifications n join auth.users u on u.id = n.user_id where n.id = notification_details.notification_id
  ));
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.notify (
  recap_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_title text;
  v_users uuid[];
begin
  select r.title into v_title
  from public.session_recaps r
  where r.id = notify.recap_id
    and (
      r.summary_markdown <> ''
      or r.action_items <> '[]'
      or exists (select 1 from public.session_transcripts t where t.session_recap_id = r.id and t.transcript <> '[]')
    );
  v_users := array(select distinct a.user_id from tutoring.audience(notify.recap_id) a where a.user_id is not null and v_title is not null);

  delete from public.notifications n
  where n.session_recap_id = notify.recap_id and n.kind = 'recap_ready' and n.user_id <> all (v_users);
  insert into public.notifications as n (user_id, kind, title, body, session_recap_id)
  select u.id, 'recap_ready', 'Your recap is ready', v_title, notify.recap_id from unnest(v_users) u (id)
  on conflict on constraint somebody_is_notified_of_a_recap_once do update
  set body = excluded.body
  where n.body is distinct from excluded.body;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.participants (
  session public.tutoring_sessions
)
  RETURNS TABLE (
    role    text,
    email   text,
    user_id uuid
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return query values
    ('tutor', session.tutor_email, coalesce(session.tutor_user_id, commerce.user_of(session.tutor_email))),
    ('student', session.student_email, coalesce(session.student_user_id, commerce.user_of(session.student_email)));
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.queue_for_matching()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.recap_details (
  recap_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return jsonb_build_object('audience', coalesce(
    (select jsonb_agg(to_jsonb(a) order by a.role desc nulls last, a.email) from tutoring.audience(recap_details.recap_id) a), '[]'
  ));
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.refresh_session (
  session_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_recorded boolean := exists (
    select 1 from public.session_recaps r where r.tutoring_session_id = refresh_session.session_id and r.ended_at is not null
  );
begin
  update public.tutoring_sessions s
  set status = case when v_recorded then 'completed' else 'scheduled' end::public.tutoring_session_status, completed_by_recap = v_recorded
  where s.id = refresh_session.session_id
    and case when v_recorded then s.status = 'scheduled' else s.status = 'completed' and s.completed_by_recap end;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.seconds_apart (
  started_at         timestamp with time zone,
  scheduled_start_at timestamp with time zone,
  session_starts_at  timestamp with time zone,
  session_ends_at    timestamp with time zone
)
  RETURNS numeric
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_seconds numeric := least(
    abs(extract(epoch from session_starts_at - started_at)),
    abs(extract(epoch from session_starts_at - scheduled_start_at))
  );
begin
  -- Of a long session, a second recording may start late.
  return case when v_seconds <= 7200 or (started_at >= session_starts_at and started_at < session_ends_at) then v_seconds end;
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.session_of (
  people             jsonb,
  started_at         timestamp with time zone,
  scheduled_start_at timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_emails text[] := tutoring.emails_of(people);
begin
  return (
    select s.id
    from public.tutoring_sessions s
    cross join lateral tutoring.seconds_apart(session_of.started_at, session_of.scheduled_start_at, s.starts_at, s.ends_at) as apart
    where s.status <> 'cancelled'
      and (s.tutor_email = any (v_emails) or s.student_email = any (v_emails))
      and apart is not null
    order by s.tutor_email = any (v_emails) and s.student_email = any (v_emails) desc, apart, s.starts_at, s.id
    limit 1
  );
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.settle_recap (
  recap_id       uuid,
  session_before uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform tutoring.refresh_session(s.id)
  from (
    select r.tutoring_session_id as id from public.session_recaps r where r.id = settle_recap.recap_id
    union
    select session_before
  ) s
  where s.id is not null;
  perform tutoring.notify(settle_recap.recap_id);
end
$function$;

CREATE OR REPLACE FUNCTION tutoring.tell_participants()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_users uuid[];
  v_payload jsonb;
begin
  if tg_table_name = 'tutoring_sessions' then
    v_users := array(select distinct p.user_id from tutoring.participants(new) p where p.user_id is not null);
  else
    v_users := array(select distinct a.user_id from tutoring.audience(new.id) a where a.user_id is not null);
  end if;
  if v_users = '{}' then
    return null;
  end if;
  -- As realtime.broadcast_changes has it.
  v_payload := jsonb_build_object(
    'operation', tg_op, 'table', tg_table_name, 'schema', tg_table_schema, 'record', to_jsonb(new),
    'old_record', case when tg_op = 'UPDATE' then to_jsonb(old) end
  );
  -- Hosted Realtime refuses what is over 256 KB.
  if octet_length(v_payload::text) > 200000 then
    v_payload := v_payload || jsonb_build_object(
      'record', jsonb_build_object('id', new.id), 'old_record', case when tg_op = 'UPDATE' then jsonb_build_object('id', new.id) end
    );
  end if;
  perform realtime.send(v_payload, tg_op, 'user:' || u.id) from unnest(v_users) as u (id);
  return null;
exception when others then
  -- As in ops.tell_owner: what is not heard now is read later.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION inbox.asked_about (
  provider text,
  ref      text
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO inbox.inquiries
  AS i (provider, ref, next_at)
   VALUES (asked_about.provider, asked_about.ref, (now() + '00:05:00'::interval)) ON CONFLICT ON CONSTRAINT a_payment_is_asked_about_in_one_row DO UPDATE SET times = (i.times + 1), next_at = (now() + LEAST(('00:05:00'::interval * ((2)::double precision ^ (LEAST(i.times, 10))::double precision)), '1 day'::interval));
END;

ALTER TABLE "inbox"."reconciliations"
  ADD CONSTRAINT "a_reconciliation_asks_a_provider" FOREIGN KEY (PROVIDER) REFERENCES inbox.providers(name) ON UPDATE CASCADE;

ALTER TABLE "public"."credit_ledger"
  ADD CONSTRAINT "an_entry_is_somebodys" CHECK ((COALESCE((user_id)::text, email, customer_ref) IS NOT NULL));

ALTER TABLE "public"."credit_ledger"
  ADD CONSTRAINT "credits_are_bought_by_a_payment" FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE "public"."credit_ledger"
  ADD CONSTRAINT "what_was_bought_or_refunded_names_its_payment" CHECK (((reason = ANY (ARRAY['bought'::public.credit_reason, 'refunded'::public.credit_reason])) = (payment_id IS
    NOT NULL)));

ALTER TABLE "public"."payment_approvals"
  ADD CONSTRAINT "an_approval_is_for_a_checkout" FOREIGN KEY (checkout_session_id) REFERENCES public.checkout_sessions(id);

ALTER TABLE "public"."payments"
  ADD CONSTRAINT "credits_are_positive" CHECK ((credits > 0));

ALTER TABLE "public"."payments"
  ADD CONSTRAINT "credits_come_in_a_pack" CHECK (((credits IS NULL) = (credit_pack_ref IS NULL)));

ALTER TABLE "public"."tutoring_sessions"
  ADD CONSTRAINT "a_session_ends_after_it_starts" CHECK ((ends_at > starts_at));

ALTER TABLE "public"."tutoring_sessions"
  ADD CONSTRAINT "a_students_address_is_lower_case" CHECK ((student_email = lower(student_email)));

ALTER TABLE "public"."tutoring_sessions"
  ADD CONSTRAINT "a_tutors_address_is_lower_case" CHECK ((tutor_email = lower(tutor_email)));

CREATE INDEX events_to_confirm ON inbox.events USING btree (next_attempt_at)
  WHERE (trust = 'unconfirmed'::inbox.event_trust);

CREATE INDEX reconciliations_by_provider ON inbox.reconciliations USING btree (PROVIDER, started_at);

CREATE INDEX messages_to_the_reconciler ON outbox.messages USING btree (created_at)
  WHERE (TYPE = 'reconciliation.requested'::text);

CREATE INDEX credit_ledger_by_payment ON public.credit_ledger USING btree (payment_id);

CREATE INDEX credit_ledger_by_user ON public.credit_ledger USING btree (user_id);

CREATE INDEX credit_ledger_without_owner ON public.credit_ledger USING btree (PROVIDER, customer_ref)
  WHERE (user_id IS NULL);

CREATE INDEX notifications_by_recap ON public.notifications USING btree (session_recap_id);

CREATE INDEX payment_approvals_by_checkout ON public.payment_approvals USING btree (checkout_session_id);

CREATE INDEX payments_under_way ON public.payments USING btree (PROVIDER, created_at)
  WHERE (status = ANY (ARRAY['created'::public.payment_status, 'pending'::public.payment_status]));

CREATE INDEX session_recaps_by_session ON public.session_recaps USING btree (tutoring_session_id);

CREATE INDEX tutoring_sessions_by_students_address ON public.tutoring_sessions USING btree (student_email);

CREATE INDEX tutoring_sessions_by_student ON public.tutoring_sessions USING btree (student_user_id);

CREATE INDEX tutoring_sessions_by_tutors_address ON public.tutoring_sessions USING btree (tutor_email);

CREATE INDEX tutoring_sessions_by_tutor ON public.tutoring_sessions USING btree (tutor_user_id);

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.credit_ledger
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.credit_ledger
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.memberships
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE TRIGGER tell_owner
  AFTER INSERT OR UPDATE ON public.notifications
  FOR EACH ROW
  WHEN ((new.user_id IS NOT NULL))
  EXECUTE FUNCTION ops.tell_owner();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.notifications
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('tutoring.notification_details');

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.payment_approvals
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER tell_participants
  AFTER INSERT OR UPDATE ON public.session_recaps
  FOR EACH ROW
  EXECUTE FUNCTION tutoring.tell_participants();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.session_recaps
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change('tutoring.recap_details');

CREATE TRIGGER touch
  BEFORE UPDATE ON public.session_recaps
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER touch
  BEFORE UPDATE ON public.session_transcripts
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE TRIGGER queue_for_matching
  BEFORE INSERT OR DELETE OR UPDATE ON public.tutoring_sessions
  FOR EACH STATEMENT
  EXECUTE FUNCTION tutoring.queue_for_matching();

CREATE TRIGGER tell_participants
  AFTER INSERT OR UPDATE ON public.tutoring_sessions
  FOR EACH ROW
  EXECUTE FUNCTION tutoring.tell_participants();

CREATE TRIGGER tell_the_world
  AFTER INSERT OR DELETE OR UPDATE ON public.tutoring_sessions
  FOR EACH ROW
  EXECUTE FUNCTION outbox.capture_change();

CREATE TRIGGER then_find_recaps_anew
  AFTER UPDATE ON public.tutoring_sessions
  FOR EACH ROW
  WHEN
    (((old.tutor_email IS DISTINCT FROM new.tutor_email) OR (old.student_email IS DISTINCT FROM new.student_email) OR (old.tutor_user_id IS DISTINCT FROM new.tutor_user_id) OR
    (old.student_user_id IS DISTINCT FROM new.student_user_id) OR (old.starts_at IS DISTINCT FROM new.starts_at) OR (old.ends_at IS DISTINCT FROM new.ends_at) OR
    ((old.status = 'cancelled'::public.tutoring_session_status) IS DISTINCT FROM (new.status = 'cancelled'::public.tutoring_session_status))))
  EXECUTE FUNCTION tutoring.find_recaps();

CREATE TRIGGER then_find_recaps
  AFTER INSERT OR DELETE ON public.tutoring_sessions
  FOR EACH ROW
  EXECUTE FUNCTION tutoring.find_recaps();

CREATE TRIGGER touch
  BEFORE UPDATE ON public.tutoring_sessions
  FOR EACH ROW
  EXECUTE FUNCTION ops.touch_updated_at();

CREATE POLICY "people read their own credits" ON "public"."credit_ledger"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "people mark their own notifications as read" ON "public"."notifications"
  FOR UPDATE
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)))
  WITH CHECK ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "people read their own notifications" ON "public"."notifications"
  FOR SELECT
  TO "authenticated"
  USING ((user_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "tutors and students read their own sessions" ON "public"."tutoring_sessions"
  FOR SELECT
  TO "authenticated"
  USING
    (((tutor_user_id = ( SELECT auth.uid() AS uid)) OR (student_user_id = ( SELECT auth.uid() AS uid)) OR ((tutor_user_id IS NULL) AND (tutor_email = ( SELECT tutoring.my_email()
    AS my_email))) OR ((student_user_id IS NULL) AND (student_email = ( SELECT tutoring.my_email() AS my_email)))));

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."credit_ledger";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."memberships";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."notifications";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."session_recaps";

ALTER PUBLICATION "supabase_realtime" ADD TABLE "public"."tutoring_sessions";

COMMENT ON COLUMN "inbox"."events"."confirmation" IS 'What the provider''s API answered when it was asked about this event, as text. Set: the facts are read from this, not from the body.';

COMMENT ON COLUMN "inbox"."events"."next_attempt_at" IS 'When a parked or failed event is tried again (inbox.retry_due, by cron), or the provider asked again about an unconfirmed one (by the courier).';

COMMENT ON COLUMN "inbox"."inquiries"."ref" IS 'The provider''s id of the payment, or of what was approved.';

COMMENT ON COLUMN "inbox"."providers"."reconcile" IS 'Whether its API is asked regularly what happened (functions/_shared/histories/<name>.ts).';

COMMENT ON COLUMN "inbox"."providers"."reconciled_until" IS 'Up to when everything was looked at; the next run looks back three days further, for what its API tells late.';

COMMENT ON COLUMN "inbox"."reconciliations"."completed_at" IS 'When everything had been looked at. Null: not yet, see remark.';

COMMENT ON COLUMN "inbox"."reconciliations"."healed" IS 'How many of those were received now, as confirmed. The rest is in inbox.events as failed.';

COMMENT ON COLUMN "inbox"."reconciliations"."looked_at" IS 'Events, or things that events are about, that the provider told of.';

COMMENT ON COLUMN "inbox"."reconciliations"."missed" IS 'How many of them had not arrived here.';

COMMENT ON COLUMN "inbox"."reconciliations"."remark" IS 'Why it is not complete, or why there was nothing to ask.';

COMMENT ON COLUMN "inbox"."reconciliations"."since" IS 'The first moment looked at, by the provider''s clock.';

COMMENT ON COLUMN "inbox"."reconciliations"."tries" IS 'How often it was begun: a run that is interrupted is tried again by the courier''s schedule.';

COMMENT ON COLUMN "inbox"."reconciliations"."until" IS 'The last: some minutes ago, so that what is still on its way does not count as missed.';

COMMENT ON COLUMN "public"."credit_ledger"."credits" IS 'More than 0: given. Less: taken.';

COMMENT ON COLUMN "public"."credit_ledger"."customer_ref" IS 'The provider''s id of the buyer.';

COMMENT ON COLUMN "public"."credit_ledger"."user_id" IS 'Whose they are. Null: a buyer whose account is not known (yet); email and customer_ref say who.';

COMMENT ON COLUMN "public"."notifications"."kind" IS 'What it tells, for apps that have words or a picture of their own: recap_ready.';

COMMENT ON COLUMN "public"."notifications"."read_at" IS 'When he read it; his to change.';

COMMENT ON COLUMN "public"."notifications"."session_recap_id" IS 'The recap it leads to.';

COMMENT ON COLUMN "public"."payment_approvals"."amount_minor" IS 'What was approved, in minor units.';

COMMENT ON COLUMN "public"."payment_approvals"."approved_at" IS 'By the provider''s clock. An order whose capture was declined may be approved again, with another card.';

COMMENT ON COLUMN "public"."payment_approvals"."provider_ref" IS 'The provider''s id of what was approved (PayPal: the order). The payment made of it has another (the capture).';

COMMENT ON COLUMN "public"."payments"."credit_pack_ref" IS 'The pack of credits, by the provider''s id of it.';

COMMENT ON COLUMN "public"."payments"."credits" IS 'How many credits it buys at the provider''s own shop: it needs no checkout. See credit_ledger.';

COMMENT ON COLUMN "public"."payments"."membership_ref" IS 'The provider''s id of the membership whose bill it pays, where it says: it needs no checkout.';

COMMENT ON COLUMN "public"."session_recaps"."people" IS 'Who was there or invited: [{name, email}], who recorded it first.';

COMMENT ON COLUMN "public"."session_recaps"."provider_ref" IS 'The provider''s id of the recording.';

COMMENT ON COLUMN "public"."session_recaps"."started_at" IS 'When the recording starts.';

COMMENT ON COLUMN "public"."session_recaps"."tutoring_session_id" IS 'The session that was recorded (tutoring.session_of). Null: none that is known.';

COMMENT ON COLUMN "public"."session_transcripts"."as_of" IS 'When the provider had it so; older news is not applied.';

COMMENT ON COLUMN "public"."session_transcripts"."as_of_event" IS 'The provider''s id of the event it is from: decides between two of one moment.';

COMMENT ON COLUMN "public"."session_transcripts"."transcript" IS '[{speaker, email, text, at_seconds}], in the order it was said.';

COMMENT ON COLUMN "public"."tutoring_sessions"."calendar_event_id" IS 'The calendar''s id of the appointment.';

COMMENT ON COLUMN "public"."tutoring_sessions"."completed_by_recap" IS 'A recording completed it: should that turn out to be another session''s, this one is scheduled again.';

COMMENT ON COLUMN "public"."tutoring_sessions"."meet_link" IS 'Where it takes place.';

COMMENT ON COLUMN "public"."tutoring_sessions"."student_email" IS 'By which recordings find the session; in lower case.';

COMMENT ON COLUMN "public"."tutoring_sessions"."student_user_id" IS 'The student''s account. Null: the one with the address student_email, once it is confirmed.';

COMMENT ON COLUMN "public"."tutoring_sessions"."tutor_email" IS 'By which recordings find the session; in lower case.';

COMMENT ON COLUMN "public"."tutoring_sessions"."tutor_user_id" IS 'The tutor''s account. Null: the one with the address tutor_email, once it is confirmed.';

COMMENT ON FUNCTION "commerce"."apply_approval"(text, jsonb) IS 'Applies payment.approved: records it, which lets the courier take the money. The checkout waits for that, and keeps its stock.';

COMMENT ON FUNCTION "commerce"."apply_checkout_cancelled"(text, jsonb) IS 'Applies checkout.cancelled: a payment that was to be and is called off, under the id of the provider''s checkout; ours has failed and gives its stock back. One that names no checkout of ours changes nothing.';

COMMENT ON FUNCTION "commerce"."apply_customer"(text, text, jsonb) IS 'Applies customer.updated: the newest news wins. Memberships and credits of the customer find their owner.';

COMMENT ON FUNCTION "commerce"."may_capture"(uuid) IS 'Asked by the courier right before it takes the money of an approval. outcome: null, it may; retry, ask again later; cancelled, there is nothing to take any more; refused, a person should look. reason says why.';

COMMENT ON FUNCTION "community"."settle_credits"(public.payments) IS 'What the ledger holds of a payment is made what it bought: its credits while the money is ours, none once it went back in full. The caller holds the payment''s row.';

COMMENT ON FUNCTION "inbox"."asked_about"(text, text) IS 'The provider was asked about a pending payment; again in 5 minutes, then 10, 20 … at most a day.';

COMMENT ON FUNCTION "inbox"."knows_fact"(text, jsonb) IS 'Whether what a fact says is already so here: applying it would change nothing that matters. For the reconciler, where a provider''s API lists things and not events.';

COMMENT ON FUNCTION "inbox"."missing"(jsonb, text) IS 'Which of these events, by their position from 0, had not arrived. lists: events (their ids are those of webhooks) or objects (missing is what would change something here).';

COMMENT ON FUNCTION "inbox"."note_reconciliation"(uuid, integer, integer, integer, boolean, text) IS 'A run of the reconciler ended, or was interrupted (complete false), and says what it found.';

COMMENT ON FUNCTION "inbox"."receive"(jsonb) IS 'Takes one or many events ([{provider, provider_event_id, type, subject, trust, occurred_at, body, confirmation, headers, facts, error}]), archives each, drops duplicates, applies the new ones and writes the outbox, in one transaction. When it returns, they are durable. facts null means that reading it threw; error says what.';

COMMENT ON FUNCTION "inbox"."reconcile"(text, timestamp with time zone, timestamp with time zone) IS 'Lets the courier ask a provider what happened, and receive what is missing here: select inbox.reconcile(''stripe''); or, over a longer time, inbox.reconcile(''stripe'', since => now() - interval ''30 days''). Returns the id of its row in inbox.reconciliations.';

COMMENT ON FUNCTION "inbox"."reconcile_all"() IS 'Lets the courier reconcile every provider that was not looked at for 5 minutes, or where a payment has been pending for long, and that is not being reconciled already. Run by cron. Returns how many.';

COMMENT ON FUNCTION "inbox"."retry"(uuid, jsonb) IS 'Tries one event again now: select inbox.retry(''<id>''). An applied or ignored one is left alone; about an unconfirmed one its provider is asked again. facts: a new reading of its body. Returns its status; null when another session is trying it.';

COMMENT ON FUNCTION "inbox"."still_unconfirmed"(uuid, text) IS 'The provider did not confirm the event; it is asked again later, until the schedule (inbox.retry_delay) ends.';

COMMENT ON FUNCTION "inbox"."to_ask_about"(text, integer) IS 'What has been pending at a provider for some minutes: payments, and approvals without a payment. The reconciler asks about them one by one.';

COMMENT ON FUNCTION "inbox"."unconfirmed_due"(integer) IS 'Events that nobody has vouched for yet, due to be asked about again (by the courier).';

COMMENT ON FUNCTION "inbox"."unreadable_due"(integer) IS 'Events whose body (or confirmation) could not be read, due to be read again (by the courier, perhaps with a newer function).';

COMMENT ON FUNCTION "ops"."tidy"() IS 'Removes what nobody looks at any more: cron''s run log and courier runs after a day, rejections after 90, requests to the reconciler after a day and what it found after 7 (90, where it found something). Run by cron.';

COMMENT ON FUNCTION "outbox"."record"(uuid, jsonb) IS 'Writes down how attempts went: [{delivery_id, attempt, outcome, started_at, duration_ms, status_code, error, response_body, retry_after_ms}]. outcome: delivered; retry (by the schedule, or Retry-After when that is later, at most 24 h); refused (dead at once); cancelled (there is nothing to do any more); gone (410: pauses the destination, keeps the delivery); unsent (nothing was sent: no attempt used).';

COMMENT ON FUNCTION "tutoring"."apply_meeting"(text, text, jsonb) IS 'Applies meeting.recorded: the newest news wins, part by part (details, summary, action items, transcript); a part that is null says nothing. Finds the session that was recorded and completes it, and notifies whom the recap is for.';

COMMENT ON FUNCTION "tutoring"."audience"(uuid) IS 'Whom a recap is for: tutor and student of its session; without one, everybody of the meeting whose address is known (role null). user_id is null for who has no account.';

COMMENT ON FUNCTION "tutoring"."emails_of"(jsonb) IS 'The addresses of [{"name": …, "email": …}] in lower case, each once.';

COMMENT ON FUNCTION "tutoring"."find_recaps"() IS 'Row trigger: recordings that came before their session find it, and those that are another''s after all leave it.';

COMMENT ON FUNCTION "tutoring"."knows_meeting"(text, jsonb) IS 'For inbox.knows_fact: every part that a meeting.recorded speaks of is here, as it says or newer.';

COMMENT ON FUNCTION "tutoring"."matching_lock"() IS 'The advisory lock under which sessions and recordings are written: a session and its recording that come at the same moment would otherwise not see each other.';

COMMENT ON FUNCTION "tutoring"."my_email"() IS 'The confirmed e-mail address of who asks, in lower case. Null: there is none.';

COMMENT ON FUNCTION "tutoring"."notification_details"(uuid) IS 'What a message about a notification says besides its row: the address of who is notified.';

COMMENT ON FUNCTION "tutoring"."notify"(uuid) IS 'Notifies everybody a recap is for and who has an account, each once, as soon as there is something to read. Who turns out not to be meant, as the session became known later, loses the notification: it would lead him nowhere.';

COMMENT ON FUNCTION "tutoring"."participants"(public.tutoring_sessions) IS 'The tutor and the student of a session. user_id is null for who has no account.';

COMMENT ON FUNCTION "tutoring"."queue_for_matching"() IS 'Statement trigger: takes tutoring.matching_lock before any row is locked, as tutoring.apply_meeting does, so that the two queue and do not deadlock.';

COMMENT ON FUNCTION "tutoring"."recap_details"(uuid) IS 'What a message about a recap says besides its row: audience, [{role, name, email, user_id}], whom to write to.';

COMMENT ON FUNCTION "tutoring"."refresh_session"(uuid) IS 'A scheduled session of which there is a finished recording is completed. One that a recording had completed, and that has none any more, is scheduled again.';

COMMENT ON FUNCTION "tutoring"."seconds_apart"(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone) IS 'How far the start of a session is from that of a meeting, as it was recorded or scheduled, whichever is nearer. Null: over two hours, and the recording did not start during the session either: it is of another.';

COMMENT ON FUNCTION "tutoring"."session_of"(jsonb, timestamp with time zone, timestamp with time zone) IS 'Which session a meeting was: one with both tutor and student among its people, else with one of them; of several the nearest in time. Depends on nothing but what is in the tables, so that it comes out the same whichever came first. Null: none that is known.';

COMMENT ON FUNCTION "tutoring"."settle_recap"(uuid, uuid) IS 'What follows from a recap as it stands now, for its session, the session it was of before, and whom it is for.';

COMMENT ON FUNCTION "tutoring"."tell_participants"() IS 'Row trigger: sends the change of a session or recap to the private topics of whom it is for, in the shape of ops.tell_owner. Of a row over 200 KB only the id.';

COMMENT ON SCHEMA "community" IS 'The rules about memberships and credits. The tables are in public.';

COMMENT ON SCHEMA "tutoring" IS 'The rules about tutoring: which recording is of which session, and who hears of it. The tables are in public.';

COMMENT ON TABLE "inbox"."inquiries" IS 'Pending payments that the provider was asked about one by one, and when again: less and less often.';

COMMENT ON TABLE "inbox"."providers" IS 'Who sends us webhooks, for the reconciler. To add one: docs/guides/add_a_provider.md.';

COMMENT ON TABLE "inbox"."reconciliations" IS 'Runs of the reconciler: what a provider''s API was asked, and what had never arrived here.';

COMMENT ON TABLE "public"."credit_ledger" IS 'Credits by entry: the balance is their sum. No entry is taken back; what is undone gets one of its own.';

COMMENT ON TABLE "public"."notifications" IS 'What the apps show somebody in their list of news.';

COMMENT ON TABLE "public"."payment_approvals" IS 'What buyers approved at a provider that waits for us to take the money (PayPal orders). The route to destination paypal lets the courier take it, once: see commerce.may_capture.';

COMMENT ON TABLE "public"."session_recaps" IS 'What is known of a recorded meeting, one row per recording. Each part (details, summary, action items) is as the newest news has it.';

COMMENT ON TABLE "public"."session_transcripts" IS 'What was said in a recorded meeting. Apart from its recap, as it may be megabytes: read when asked for, and in no message or broadcast.';

COMMENT ON TABLE "public"."tutoring_sessions" IS 'Appointments of one tutor with one student.';

COMMENT ON TYPE "public"."credit_reason" IS 'bought: a payment of a credit pack. refunded: that payment went back. spent: used. granted: given by an admin.';

COMMENT ON TYPE "public"."tutoring_session_status" IS 'scheduled: is to take place. completed: took place; set by its recording, or by a person. cancelled: does not take place; no recording is taken for it.';

REVOKE ALL ON FUNCTION "commerce"."apply_approval"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."apply_checkout_cancelled"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "commerce"."may_capture"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "community"."settle_credits"(public.payments) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."asked_about"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."knows_fact"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."missing"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."note_reconciliation"(uuid, integer, integer, integer, boolean, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."reconcile"(text, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."reconcile_all"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."still_unconfirmed"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."to_ask_about"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."unconfirmed_due"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "inbox"."unreadable_due"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."apply_meeting"(text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."audience"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."emails_of"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."find_recaps"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."knows_meeting"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."matching_lock"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."my_email"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "tutoring"."my_email"() TO "authenticated";

REVOKE ALL ON FUNCTION "tutoring"."notification_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."notify"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."participants"(public.tutoring_sessions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."queue_for_matching"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."recap_details"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."refresh_session"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."seconds_apart"(timestamp WITH time zone, timestamp WITH time zone, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."session_of"(jsonb, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."settle_recap"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "tutoring"."tell_participants"() FROM PUBLIC;

REVOKE ALL ON TABLE "public"."credit_ledger" FROM "authenticated";

GRANT SELECT ON TABLE "public"."credit_ledger" TO "authenticated";

REVOKE ALL ON TABLE "public"."credit_ledger" FROM "service_role";

GRANT SELECT ON TABLE "public"."credit_ledger" TO "service_role";

REVOKE ALL ON TABLE "public"."notifications" FROM "authenticated";

REVOKE ALL ("read_at") ON TABLE "public"."notifications" FROM "authenticated";

GRANT UPDATE ("read_at") ON TABLE "public"."notifications" TO "authenticated";

GRANT SELECT ON TABLE "public"."notifications" TO "authenticated";

REVOKE ALL ON TABLE "public"."notifications" FROM "service_role";

GRANT SELECT ON TABLE "public"."notifications" TO "service_role";

REVOKE ALL ON TABLE "public"."payment_approvals" FROM "service_role";

GRANT SELECT ON TABLE "public"."payment_approvals" TO "service_role";

REVOKE ALL ON TABLE "public"."session_recaps" FROM "authenticated";

GRANT SELECT ON TABLE "public"."session_recaps" TO "authenticated";

REVOKE ALL ON TABLE "public"."session_recaps" FROM "service_role";

GRANT SELECT ON TABLE "public"."session_recaps" TO "service_role";

REVOKE ALL ON TABLE "public"."session_transcripts" FROM "authenticated";

GRANT SELECT ON TABLE "public"."session_transcripts" TO "authenticated";

REVOKE ALL ON TABLE "public"."session_transcripts" FROM "service_role";

GRANT SELECT ON TABLE "public"."session_transcripts" TO "service_role";

REVOKE ALL ON TABLE "public"."tutoring_sessions" FROM "authenticated";

GRANT SELECT ON TABLE "public"."tutoring_sessions" TO "authenticated";

REVOKE ALL ON TABLE "public"."tutoring_sessions" FROM "service_role";

GRANT SELECT ON TABLE "public"."tutoring_sessions" TO "service_role";

SELECT cron.schedule_in_database('signalbox: reconcile the providers', '* * * * *', 'select inbox.reconcile_all()', 'postgres', NULL, true);

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
    p.review_reason AS why,
    p.created_at AS since,
        CASE
            WHEN (p.review_reason ~~ '%accept_payment%'::text) THEN format('select commerce.accept_payment(%L)'::text, p.id)
            ELSE format('select commerce.close_review(%L)'::text, p.id)
        END AS remedy
   FROM public.payments p
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
  WHERE (t.held_until > now());

COMMENT ON VIEW "ops"."attention" IS 'Everything that waits for a person: what, why, since when, and the statement that takes it further. select * from ops.attention order by since';

ALTER TABLE "public"."notifications"
  ADD CONSTRAINT "a_notification_is_of_a_recap" FOREIGN KEY (session_recap_id) REFERENCES public.session_recaps(id) ON DELETE CASCADE;

ALTER TABLE "public"."session_transcripts"
  ADD CONSTRAINT "a_transcript_is_of_a_recap" FOREIGN KEY (session_recap_id) REFERENCES public.session_recaps(id) ON DELETE CASCADE;

CREATE POLICY "who reads a recap reads its transcript" ON "public"."session_transcripts"
  FOR SELECT
  TO "authenticated"
  USING ((EXISTS ( SELECT 1
   FROM public.session_recaps r
  WHERE (r.id = session_transcripts.session_recap_id))));

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "emails" text[] GENERATED ALWAYS AS (tutoring.emails_of(people)) STORED;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "summary_markdown" text;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "action_items" jsonb;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "updated_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "details_as_of" timestamp WITH time zone NOT NULL;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "details_as_of_event" text NOT NULL;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "summary_as_of" timestamp WITH time zone;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "summary_as_of_event" text;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "action_items_as_of" timestamp WITH time zone;

ALTER TABLE "public"."session_recaps"
  ADD COLUMN "action_items_as_of_event" text;

ALTER TABLE "public"."session_recaps"
  ADD CONSTRAINT "a_summary_says_as_of_when" CHECK (((summary_markdown IS NOT NULL) = ((summary_as_of IS NOT NULL) AND (summary_as_of_event IS NOT NULL))));

ALTER TABLE "public"."session_recaps"
  ADD CONSTRAINT "action_items_are_a_list" CHECK ((jsonb_typeof(action_items) = 'array'::text));

ALTER TABLE "public"."session_recaps"
  ADD CONSTRAINT "action_items_say_as_of_when" CHECK (((action_items IS NOT NULL) = ((action_items_as_of IS NOT NULL) AND (action_items_as_of_event IS NOT NULL))));

COMMENT ON COLUMN "public"."session_recaps"."action_items" IS '[{description, completed, assignee_name, assignee_email, at_seconds, url}]. Null: nothing was said of them yet.';

COMMENT ON COLUMN "public"."session_recaps"."action_items_as_of" IS 'The same for the action items.';

COMMENT ON COLUMN "public"."session_recaps"."details_as_of" IS 'When the provider had everything but summary and action items so; older news is not applied.';

COMMENT ON COLUMN "public"."session_recaps"."details_as_of_event" IS 'The provider''s id of the event it is from: decides between two of one moment.';

COMMENT ON COLUMN "public"."session_recaps"."emails" IS 'The addresses among people. Without a session, they are whose recap it is.';

COMMENT ON COLUMN "public"."session_recaps"."summary_as_of" IS 'The same for the summary.';

ALTER TABLE "public"."session_recaps"
  ADD CONSTRAINT "a_recap_is_of_a_session" FOREIGN KEY (tutoring_session_id) REFERENCES public.tutoring_sessions(id) ON DELETE SET NULL;

CREATE POLICY "tutors and students read the recaps of their own sessions" ON "public"."session_recaps"
  FOR SELECT
  TO "authenticated"
  USING (((EXISTS ( SELECT 1
   FROM public.tutoring_sessions s
  WHERE (s.id = session_recaps.tutoring_session_id))) OR ((tutoring_session_id IS NULL) AND (emails @> ARRAY[( SELECT tutoring.my_email() AS my_email)]))));

CREATE INDEX session_recaps_by_email ON public.session_recaps USING gin (emails);

-- What the schema brings along as rows.

insert into inbox.providers (name) values ('stripe'), ('paypal'), ('fapshi'), ('whop'), ('fathom');

insert into outbox.destinations (name, adapter, max_in_flight, max_per_second, description) values
  ('paypal', 'paypal_capture', 5, 10, 'Takes the money of an approved PayPal order.'),
  ('reconciler', 'reconcile', 2, 5, 'Asks the providers what happened, and receives what never arrived.');
update outbox.destinations d set timeout_ms = 60000 where d.name = 'reconciler';

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'credits.changed', 'public.credit_ledger', '{INSERT}', null, null, 'Credits were bought, given back or spent.'),
  ('paypal', 'payment.approved', 'public.payment_approvals', '{INSERT}', 'provider', 'paypal', 'Capture it.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, description) values
  ('make', 'tutoring_session.created', 'public.tutoring_sessions', '{INSERT}', null, null),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'status', 'Completed by its recording, or cancelled.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'starts_at', 'Moved.'),
  ('make', 'tutoring_session.changed', 'public.tutoring_sessions', '{UPDATE}', 'meet_link', null),
  ('make', 'recap.created', 'public.session_recaps', '{INSERT}', null, 'The e-mail with the recap, to data.audience.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'summary_markdown', 'A summary that came later, or anew.'),
  ('make', 'recap.changed', 'public.session_recaps', '{UPDATE}', 'action_items', null),
  ('make', 'notification.created', 'public.notifications', '{INSERT}', null, 'To data.email.');

select cron.schedule('signalbox: reconcile the providers', '* * * * *', 'select inbox.reconcile_all()');
