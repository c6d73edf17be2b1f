/**
 * Any permutation, with any duplicates, of the same events ends in the same state: for each provider's lifecycles, and
 * mixed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openInbox } from "../../../functions/_shared/inbound/inbox.ts";
import { parseBody, readEvent } from "../../../functions/_shared/inbound/read_event.ts";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { fathomEvent, fathomHeaders } from "../../../simulator/providers/fathom.ts";
import { paypalEvent } from "../../../simulator/providers/paypal.ts";
import { whopEvent } from "../../../simulator/providers/whop.ts";
import {
  aSale,
  type Name,
  paymentEvent,
  type Sale,
  saleEvent,
  signatures,
  startTestStack,
  type TestStack,
  testRuntime,
} from "../test_stack.ts";

let testStack: TestStack;
let runtime: ReturnType<typeof testRuntime>;
beforeAll(async () => {
  // Nothing but the events moves anything: no courier captures what was approved.
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  runtime = testRuntime(testStack);
  await testStack.sql`
    insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
    select 'whop', 'pack_1', '50 credits', 50, 1000, c from unnest(array['EUR', 'USD']) c`;
});
afterAll(async () => {
  await Promise.all(runtime?.deferred ?? []);
  await runtime?.database.close();
  await testStack?.stop();
});

/** One event of a lifecycle, ready to be sent. */
interface Sent {
  provider: Name;
  body: string;
  headers?: Record<string, string>;
}

interface Lifecycle {
  /** Its events for a sale, in the order they happen. */
  events(sale: Sale): Sent[];
  /** What is there when all have come, among other things. */
  ends: object;
  currency?: string;
}

/** A minute before the sale whose events are made, in seconds. Signatures are checked against the clock. */
let start = 0;
const iso = (seconds: number) => new Date((start + seconds) * 1000).toISOString();

const stripeLife = (events: [type: string, set?: Record<string, unknown>][]) => (sale: Sale) =>
  events.map(([type, set], i) => ({
    provider: "stripe" as const,
    body: saleEvent(sale, type, { id: `evt_${i}_${sale.name}`, created: start + i, ...set }),
  }));

const paypalLife = (events: [type: string, set?: Record<string, unknown>][]) => (sale: Sale) =>
  events.map(([type, set], i) => {
    const named = type.startsWith("CHECKOUT.") ? "resource.purchase_units.0.custom_id" : "resource.custom_id";
    const body = paypalEvent(
      type,
      { id: `WH-${i}-${sale.name}`, create_time: iso(i), [named]: sale.checkout, ...set },
      sale.name,
    );
    return { provider: "paypal" as const, body };
  });

const whopLife = (events: [type: string, set?: Record<string, unknown>][]) => (sale: Sale) =>
  events.map(([type, set], i) => {
    const times = { id: `msg_${i}_${sale.name}`, timestamp: iso(i), "data.updated_at": iso(i) };
    const money = type.startsWith("payment.") && {
      "data.total": 49,
      "data.currency": "eur",
      "data.metadata": { checkout_session_id: sale.checkout },
    };
    return { provider: "whop" as const, body: whopEvent(type, { ...times, ...money, ...set }, sale.name) };
  });

const LIFECYCLES: Record<string, Lifecycle> = {
  "Stripe: a card payment that failed once, was captured and refunded in part": {
    events: stripeLife([
      ["payment_intent.processing"],
      ["payment_intent.payment_failed"],
      ["checkout.session.completed.unpaid"],
      ["checkout.session.completed"],
      ["payment_intent.succeeded"],
      ["charge.refunded", { "data.object.amount_refunded": 1500, "data.object.refunded": false }],
      ["refund.created", { "data.object.amount": 1500, "data.object.status": "pending" }],
      ["refund.updated", { "data.object.amount": 1500, "data.object.status": "succeeded" }],
    ]),
    ends: { checkout: { status: "payment_completed" }, payments: [{ status: "partially_refunded", refunded: 1500 }] },
  },
  "Stripe: a delayed payment that was captured after its checkout had expired here, disputed and lost": {
    events: stripeLife([
      ["checkout.session.expired"],
      ["payment_intent.canceled"],
      ["checkout.session.async_payment_succeeded"],
      ["payment_intent.succeeded"],
      ["charge.dispute.created"],
      ["charge.dispute.updated"],
      ["charge.dispute.closed", { "data.object.status": "lost" }],
    ]),
    ends: {
      checkout: { status: "payment_completed" },
      payments: [{ status: "disputed" }],
      disputes: [{ status: "lost" }],
    },
  },
  "Stripe: a payment that was refunded in full, whose refund then failed": {
    events: stripeLife([
      ["checkout.session.completed"],
      ["payment_intent.succeeded"],
      ["charge.refunded", { "data.object.amount_refunded": 4900, "data.object.refunded": true }],
      ["refund.created", { "data.object.amount": 4900, "data.object.status": "succeeded" }],
      ["refund.failed", { "data.object.amount": 4900, "data.object.status": "failed" }],
    ]),
    ends: { payments: [{ status: "captured", refunded: 0 }], orders: [{ status: "confirmed" }] },
  },
  "Stripe: a payment that never came": {
    events: stripeLife([
      ["payment_intent.processing"],
      ["payment_intent.payment_failed"],
      ["checkout.session.async_payment_failed"],
      ["payment_intent.canceled"],
    ]),
    ends: { checkout: { status: "payment_failed" }, payments: [{ status: "cancelled" }], orders: null },
  },
  "PayPal: approved, pending, captured, refunded": {
    events: paypalLife([
      ["CHECKOUT.ORDER.APPROVED"],
      ["PAYMENT.CAPTURE.PENDING"],
      ["PAYMENT.CAPTURE.COMPLETED"],
      ["CHECKOUT.ORDER.APPROVED.captured"],
      ["PAYMENT.CAPTURE.REFUNDED"],
    ]),
    ends: {
      checkout: { status: "payment_completed" },
      payments: [{ status: "refunded", refunded: 4900 }],
      orders: [{ status: "refunded" }],
    },
  },
  "PayPal: approved, declined, taken back": {
    events: paypalLife([
      ["CHECKOUT.ORDER.APPROVED"],
      ["PAYMENT.CAPTURE.DECLINED"],
      ["CHECKOUT.PAYMENT-APPROVAL.REVERSED"],
    ]),
    ends: { checkout: { status: "payment_failed" }, orders: null, reservations: [{ status: "released", stock: 10 }] },
  },
  "Fapshi: begun, pending, failed, then paid": {
    currency: "XAF",
    events: (sale) =>
      (["pending", "failed", "captured"] as const).map((what) => ({
        provider: "fapshi",
        body: paymentEvent("fapshi", what, sale),
      })),
    ends: {
      checkout: { status: "payment_completed" },
      payments: [{ status: "captured", amount: 4900, currency: "XAF" }],
    },
  },
  "Whop: a payment that was pending, failed and succeeded, then was disputed and refunded": {
    events: whopLife([
      ["payment.pending"],
      ["payment.failed"],
      ["payment.succeeded"],
      ["dispute.created", { "data.amount": 49, "data.currency": "eur" }],
      ["refund.created", { "data.amount": 49, "data.currency": "eur", "data.status": "pending" }],
      ["refund.updated", { "data.amount": 49, "data.currency": "eur", "data.status": "succeeded" }],
    ]),
    ends: { payments: [{ status: "refunded", refunded: 4900 }], orders: [{ status: "refunded" }] },
  },
  "Whop: a member who joined, gave notice and left, and whose credits were refunded": {
    events: (sale) =>
      whopLife([
        ["membership.activated"],
        ["membership.cancel_at_period_end_changed"],
        ["membership.deactivated"],
        ["payment.succeeded", { "data.metadata": { type: "credit_pack", packId: "pack_1", credits: 50 } }],
        ["refund.created", { "data.amount": 49, "data.currency": "eur", "data.status": "succeeded" }],
      ])(sale),
    ends: { memberships: [{ status: "cancelled" }], credits: 0 },
  },
  "Fathom: a meeting whose summary, action items and transcript come apart, one of them again": {
    events: (sale) => {
      const parts: [keep: string, set: Record<string, unknown>][] = [
        ["default_summary", { transcript: null, action_items: null }],
        ["action_items", { transcript: null, default_summary: null }],
        ["transcript", { default_summary: null, action_items: null }],
        [
          "default_summary",
          { transcript: null, action_items: null, "default_summary.markdown_formatted": "## Better\n" },
        ],
      ];
      return parts.map(([, set], i) => {
        const body = fathomEvent("new_meeting_content_ready", set, sale.name);
        const headers = { ...fathomHeaders(body, testStack.env.FATHOM_WEBHOOK_SECRET!, (start + i) * 1000) };
        return { provider: "fathom", body, headers };
      });
    },
    ends: { recaps: [{ summary: "## Better\n", items: 2, lines: 3 }] },
  },
};

/** The ids of the events that were let in, by their bodies. */
const ids = new Map<string, string>();
const idsOf = (bodies: string[]) => [...new Set(bodies)].map((body) => ids.get(body)!);

/** What the business looks like after a sale, without ids and times that differ from sale to sale. */
async function businessState({ sql }: TestStack, { checkout }: Sale, bodies: string[]): Promise<unknown> {
  const [state] = await sql`
    with mine as (select distinct e.provider, e.subject from inbox.events e where e.id = any(${idsOf(bodies)})
      and e.subject is not null)
    select
      (select jsonb_build_object('status', s.status, 'total', s.total_minor) from public.checkout_sessions s
        where s.id = ${checkout}) as checkout,
      (select jsonb_agg(jsonb_build_object('status', p.status, 'amount', p.amount_minor, 'currency', p.currency,
        'refunded', p.refunded_minor,
          'review', p.review_reason, 'failure', p.failure_code, 'email', p.email, 'credits', p.credits)
          order by p.status, p.amount_minor)
        from public.payments p where p.checkout_session_id = ${checkout}) as payments,
      (select jsonb_agg(jsonb_build_object('status', r.status, 'amount', r.amount_minor) order by r.status)
        from public.refunds r join public.payments p on p.id = r.payment_id
        where p.checkout_session_id = ${checkout}) as refunds,
      (select jsonb_agg(jsonb_build_object('status', d.status, 'amount', d.amount_minor))
        from public.disputes d join public.payments p on p.id = d.payment_id
        where p.checkout_session_id = ${checkout}) as disputes,
      (select jsonb_agg(jsonb_build_object('status', o.status, 'total', o.total_minor, 'attention', o.attention_reason,
          'items', (select jsonb_agg(jsonb_build_object('quantity', i.quantity)) from public.order_items i
            where i.order_id = o.id)))
        from public.orders o where o.checkout_session_id = ${checkout}) as orders,
      (select jsonb_agg(jsonb_build_object('status', r.status, 'quantity', r.quantity, 'stock', p.stock))
        from public.stock_reservations r join public.products p on p.id = r.product_id
        where r.checkout_session_id = ${checkout}) as reservations,
      (select jsonb_agg(jsonb_build_object('amount', a.amount_minor)) from public.payment_approvals a
        where a.checkout_session_id = ${checkout}) as approvals,
      (select jsonb_agg(jsonb_build_object('status', m.status, 'cancel', m.cancel_at_period_end))
        from public.memberships m join mine on mine.provider = m.provider
        and mine.subject = m.provider_ref) as memberships,
      (select sum(l.credits)::int from public.credit_ledger l join public.payments p on p.id = l.payment_id
        join mine on mine.provider = p.provider and mine.subject = p.provider_ref) as credits,
      (select jsonb_agg(jsonb_build_object('title', r.title, 'summary', r.summary_markdown, 'items',
        jsonb_array_length(r.action_items),
          'lines', (select jsonb_array_length(t.transcript) from public.session_transcripts t
            where t.session_recap_id = r.id)))
        from public.session_recaps r join mine on mine.provider = r.provider
        and mine.subject = r.provider_ref) as recaps`;
  return state;
}

/** No courier follows a webhook: it would capture what PayPal says is approved. */
const noCourier = () => ({ scheduleDelivery() {} });

const handlers: Partial<Record<Name, ReturnType<typeof webhookHandler>>> = {};

/** Lets an event in as its function does; Fapshi's as its API told of it, for its webhooks alone prove nothing. */
async function letIn({ provider: name, body, headers }: Sent): Promise<void> {
  const provider = await PROVIDERS[name]!.webhook();
  if (name === "fapshi") {
    const event = parseBody(provider, body)!.value;
    const { id } = await openInbox(runtime.database).receive(
      await readEvent({ provider, headers: new Headers(), body, trust: "confirmed", event }),
    );
    ids.set(body, id);
    return;
  }
  // PayPal's API is asked about all that moves money, and knows what PayPal sends.
  if (name === "paypal") testStack.stack.providers.paypal.put(body);
  const signed = headers ?? (await signatures(testStack, name, body));
  handlers[name] ??= webhookHandler(provider, noCourier, runtime);
  const answer = await handlers[name](
    new Request(`http://localhost/${name}`, { method: "POST", body, headers: signed }),
  );
  const text = await answer.text();
  expect([answer.status, answer.ok || text]).toEqual([200, true]);
  ids.set(body, JSON.parse(text).id);
}

async function play(sale: Sale, sent: Sent[], atOnce: boolean): Promise<void> {
  if (atOnce) await Promise.all(sent.map(letIn));
  else for (const one of sent) await letIn(one);
  const bad = await testStack.sql`
    select provider, type, status, error from inbox.events where id = any(${idsOf(sent.map(({ body }) => body))})
      and status not in ('applied', 'ignored')`;
  expect([sale.name, ...bad]).toEqual([sale.name]);
}

/** Every one of them, in any order, some again; in turn or at once. */
const anyOrder = (count: number) => {
  const inOrder = Array.from({ length: count }, (_, i) => i);
  return fc
    .tuple(fc.array(fc.constantFrom(...inOrder), { maxLength: 6 }), fc.boolean())
    .chain(([again, atOnce]) =>
      fc
        .shuffledSubarray([...inOrder, ...again], { minLength: count + again.length })
        .map((order) => ({ order, atOnce })),
    );
};

const saleOf = ({ currency }: Lifecycle) => {
  start = Math.floor(Date.now() / 1000) - 60;
  return aSale(testStack, { stock: 10, currency });
};

describe("any permutation, with any duplicates, of the same events ends in the same state", () => {
  test.each(Object.entries(LIFECYCLES))("%s", async (_, life) => {
    async function live(order: number[] | null, atOnce: boolean): Promise<unknown> {
      const sale = await saleOf(life);
      const events = life.events(sale);
      await play(sale, order ? order.map((i) => events[i]!) : events, atOnce);
      return await businessState(
        testStack,
        sale,
        events.map(({ body }) => body),
      );
    }
    const expected = await live(null, false);
    expect(expected).toMatchObject(life.ends);
    const count = life.events(await saleOf(life)).length;
    await fc.assert(
      fc.asyncProperty(anyOrder(count), async ({ order, atOnce }) => {
        expect(await live(order, atOnce)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  test("all providers' lifecycles mixed", async () => {
    const lives = Object.values(LIFECYCLES);
    const alone: unknown[] = [];
    for (const life of lives) {
      const sale = await saleOf(life);
      const events = life.events(sale);
      await play(sale, events, false);
      alone.push(
        await businessState(
          testStack,
          sale,
          events.map(({ body }) => body),
        ),
      );
    }
    const seeds = fc.array(fc.nat(), { minLength: 200, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.boolean(), async (keys, atOnce) => {
        const sales = await Promise.all(lives.map(saleOf));
        const made = lives.map((life, i) => life.events(sales[i]!));
        const all = made.flat();
        const mixed = [...all, ...all.filter((_, i) => keys[i]! % 3 === 0)];
        const shuffled = mixed.map((one, i) => ({ one, key: keys[i % keys.length]! })).sort((a, b) => a.key - b.key);
        await play(
          sales[0]!,
          shuffled.map(({ one }) => one),
          atOnce,
        );
        for (const [i, events] of made.entries()) {
          expect(
            await businessState(
              testStack,
              sales[i]!,
              events.map(({ body }) => body),
            ),
          ).toEqual(alone[i]);
        }
      }),
      { numRuns: 10 },
    );
  });
});
