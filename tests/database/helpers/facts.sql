-- Facts (functions/_shared/facts/facts.ts). A test adds other values: tests.fact_captured('pi_1') || '{"email": null}'.

create function tests.fact_of_payment(status text, ref text, checkout text, amount bigint, currency text, at integer)
  returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'payment.' || status, 'occurred_at', tests.moment(at), 'provider_ref', ref,
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end,
    'amount_minor', amount, 'currency', currency, 'customer_ref', null, 'email', null
  )
$$;

create function tests.fact_created(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('created', ref, checkout, amount, currency, at) $$;

create function tests.fact_pending(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('pending', ref, checkout, amount, currency, at) $$;

create function tests.fact_captured(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('captured', ref, checkout, amount,
  currency, at) $$;

create function tests.fact_failed(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$
  select tests.fact_of_payment('failed', ref, checkout, amount, currency, at)
    || '{"failure_code": "card_declined", "failure_message": "The card was declined."}'
$$;

create function tests.fact_cancelled(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('cancelled', ref, checkout, amount,
  currency, at) $$;

create function tests.fact_expired(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
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
comment on function tests.buying_credits(integer, text) is
  'Added to a payment''s fact: tests.fact_captured(''pi_1'') || tests.buying_credits(50). The pack is on sale.';

create function tests.fact_approved(ref text, checkout text default null, amount bigint default 1000, currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$ select tests.fact_of_payment('approved', ref, checkout, amount, currency, at) -
  '{email,customer_ref}'::text[] $$;

create function tests.fact_checkout_cancelled(ref text, checkout text default null, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'checkout.cancelled', 'occurred_at', tests.moment(at), 'provider_ref', ref,
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end
  )
$$;

create function tests.fact_checkout_expired(checkout text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'checkout.expired', 'occurred_at', tests.moment(at), 'provider_ref', 'cs_1',
    'checkout_session_id', case when checkout is not null then tests.id(checkout) end
  )
$$;

create function tests.fact_refund(ref text, payment text, amount bigint, status text default 'succeeded', currency text
  default 'EUR', at integer default 0)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'type', 'refund.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'payment_ref', payment,
    'amount_minor', amount, 'currency', currency, 'status', status, 'reason', null
  )
$$;

create function tests.fact_refunded_total(payment text, refunded bigint, currency text default 'EUR', at integer
  default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'payment.refunded', 'occurred_at', tests.moment(at), 'payment_ref', payment, 'refunded_minor', refunded,
    'currency', currency
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
    'type', 'customer.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'email', email, 'name',
    'Name ' || at, 'phone', null
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
  select jsonb_build_object('type', 'product.set', 'occurred_at', tests.moment(0), 'provider_ref', sku, 'sku', sku,
    'version', version) || says
$$;
comment on function tests.fact_set(text, bigint, jsonb) is
  'A product.set of the inventory system: tests.fact_set(''chair'', 2, ''{"name": "Armchair"}'').';

create function tests.a_whole_product(name text, price bigint default 1000) returns jsonb
language sql immutable as $$ select jsonb_build_object('name', name, 'price_minor', price, 'currency', 'EUR') $$;
comment on function tests.a_whole_product(text, bigint) is
  'All that is needed to create a product, for tests.fact_set.';

create function tests.fact_count(sku text, version bigint, stock integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'stock.set', 'occurred_at', tests.moment(0), 'provider_ref', sku, 'sku', sku, 'version', version,
    'stock', stock
  )
$$;

create function tests.fact_moved(ref text, sku text, change integer) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'stock.moved', 'occurred_at', tests.moment(0), 'provider_ref', ref, 'sku', sku, 'change', change, 'reason',
    'delivery'
  )
$$;

create function tests.fact_calendar(ref text, at integer default 0, more jsonb default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'calendar.changed', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'session_id', null,
    'appointment_id', null,
    'starts_at', null, 'ends_at', null, 'status', null, 'meet_link', null
  ) || more
$$;

create function tests.a_time(from_second integer) returns jsonb
language sql stable as $$ select jsonb_build_object('starts_at', tests.moment(from_second), 'ends_at',
  tests.moment(from_second + 3600)) $$;
comment on function tests.a_time(integer) is 'An hour from that second on, for tests.fact_calendar.';

create function tests.fact_reply(ref text, about jsonb, body text default 'Because.', sender text
  default 'tutor@tests.example', at integer default 0)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'type', 'reply.received', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'question_id', null,
    'ticket_id', null,
    'from', sender, 'body', fact_reply.body, 'authenticated', true,
    'token', learning.reply_token(
      case when sender ilike 'student@%' then 'customer' else 'staff' end,
      coalesce(about ->> 'question_id', about ->> 'ticket_id')::uuid
    )
  ) || about
$$;
comment on function tests.fact_reply(text, jsonb, text, text, integer) is
  'about: {"question_id": "…"} or {"ticket_id": "…"}. It carries the token that its sender received, a customer''s for '
  'student@….';

create function tests.fact_form(ref text, fields jsonb default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'form.submitted', 'occurred_at', null, 'provider_ref', ref, 'form', 'waiting list', 'email',
    'amina@tests.example', 'name', 'Amina',
    'fields', fact_form.fields
  )
$$;

create function tests.fact_membership(ref text, status text, at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'membership.updated', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'customer_ref', null,
    'email', null,
    'product_ref', 'price_1', 'status', status, 'current_period_start', null, 'current_period_end', null,
      'cancel_at_period_end', false
  )
$$;

create function tests.fact_bill(invoice text, membership text, outcome text, payment text default null, amount bigint
  default 1000) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'membership.billed', 'occurred_at', tests.moment(0), 'provider_ref', membership, 'invoice_ref', invoice,
    'payment_ref', payment, 'outcome', outcome, 'amount_minor', amount, 'currency', 'EUR'
  )
$$;

create function tests.fact_meeting(ref text, emails text[] default '{tutor@tests.example,student@tests.example}',
  at integer default 0) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'type', 'meeting.recorded', 'occurred_at', tests.moment(at), 'provider_ref', ref, 'title', 'Title ' || at, 'url',
    null, 'share_url', null, 'meeting_url', null, 'nobody_spoke', null,
    'scheduled_start_at', null, 'scheduled_end_at', null, 'started_at', tests.moment(0), 'ended_at', tests.moment(1800),
    'language', 'en',
    'people', (select jsonb_agg(jsonb_build_object('name', initcap(split_part(e, '@', 1)), 'email', e))
      from unnest(emails) e),
    'summary_markdown', null, 'action_items', null, 'transcript', null
  )
$$;
comment on function tests.fact_meeting(text, text[], integer) is
  'A meeting that was recorded from tests.moment(0) on, for half an hour; without a summary or transcript yet.';

create function tests.a_summary(words text default 'What was said.') returns jsonb
language sql immutable as $$ select jsonb_build_object('summary_markdown', words) $$;

create function tests.an_action_item(words text default 'Practise.') returns jsonb
language sql immutable as $$
  select jsonb_build_object('action_items', jsonb_build_array(jsonb_build_object(
    'description', words, 'completed', false, 'assignee_name', null, 'assignee_email', null, 'at_seconds', null,
    'url', null
  )))
$$;

create function tests.a_transcript(words text default 'Good morning.') returns jsonb
language sql immutable as $$
  select jsonb_build_object('transcript',
    jsonb_build_array(jsonb_build_object('speaker', 'Tutor', 'email', null, 'text', words, 'at_seconds', 0)))
$$;
