/** The gap that no webhook can close by itself: the one that never arrives. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retryUnconfirmed } from "../../../functions/_shared/inbound/retry_unconfirmed.ts";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../../functions/_shared/outbound/after_webhook.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { set } from "../../../simulator/body.ts";
import { fathomEvent } from "../../../simulator/providers/fathom.ts";
import { paypalEvent } from "../../../simulator/providers/paypal.ts";
import { stripeEvent } from "../../../simulator/providers/stripe.ts";
import { whopEvent } from "../../../simulator/providers/whop.ts";
import {
  aSale,
  type Name,
  paymentEvent,
  post,
  type Sale,
  signatures,
  startTestStack,
  type TestStack,
  testRuntime,
  until,
} from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
  // Everything here happens when a test says so.
  await testStack.sql`select cron.unschedule('signalbox: reconcile the providers')`;
  // And at all providers at once, where a test does so.
  await testStack.sql`update outbox.destinations set max_in_flight = 10 where name = 'reconciler'`;
});
afterAll(() => testStack?.stop());

interface Moment {
  iso: string;
  unix: number;
}
const minutesAgo = (minutes: number): Moment => {
  const at = new Date(Date.now() - minutes * 60_000);
  return { iso: at.toISOString(), unix: Math.floor(at.getTime() / 1000) };
};

/** What happened at each provider, one thing for each name. */
const HAPPENED: Record<Name, (name: string, i: number, ago: Moment) => string> = {
  stripe: (name, _, ago) => paymentEvent("stripe", "captured", nowhere(name), { created: ago.unix }),
  paypal: (name, _, ago) =>
    paymentEvent("paypal", "captured", nowhere(name), {
      create_time: ago.iso,
      "resource.create_time": ago.iso,
      "resource.update_time": ago.iso,
    }),
  fapshi: (name, _, ago) =>
    paymentEvent("fapshi", "captured", nowhere(name), { dateInitiated: ago.iso, dateConfirmed: ago.iso }),
  whop: (name, i, ago) => {
    const times = { timestamp: ago.iso, "data.created_at": ago.iso, "data.updated_at": ago.iso };
    if (i % 2) return whopEvent("membership.activated", times, name);
    return whopEvent("payment.succeeded", { ...times, "data.paid_at": ago.iso, "data.metadata": null }, name);
  },
  fathom: (name, _, ago) => fathomEvent("new_meeting_content_ready", { created_at: ago.iso }, name),
};

/** Money for no checkout: all that matters here is that it is not lost. */
const nowhere = (name: string): Sale => ({ sku: "", checkout: "", name });

/**
 * Runs the reconciler and waits for the end of the run. A failed attempt is followed by the next at once, however many
 * fail.
 */
async function reconcile(provider: Name): Promise<{ looked_at: number; missed: number; healed: number }> {
  const [run] = await testStack.sql`select inbox.reconcile(${provider}) as id`;
  return await until(`${provider} is reconciled`, async () => {
    const [one] = await testStack.sql`
      select looked_at, missed, healed from inbox.reconciliations where id = ${run!.id} and completed_at is not null
        and remark is null`;
    // Fails when a courier takes one of them at this moment.
    const retried = testStack.sql`
      select outbox.retry(d.id) from outbox.deliveries d
      where d.destination = 'reconciler' and (d.status = 'dead' or d.status = 'pending' and d.next_attempt_at > now()
        + interval '1 second')`;
    if (!one) await retried.catch(() => {});
    return one as never;
  });
}

/** 200 things happen; the webhooks of all but 20 arrive. */
async function mostArrive(provider: Name, ago: Moment): Promise<string[]> {
  const bodies = Array.from({ length: 200 }, (_, i) =>
    HAPPENED[provider](`${provider} ${crypto.randomUUID()}`, i, ago),
  );
  for (const body of bodies) testStack.stack.providers[provider].put(body);
  const runtime = testRuntime(testStack);
  const handle = webhookHandler(await PROVIDERS[provider]!.webhook(), openAfterWebhook, runtime);
  const arriving = bodies.filter((_, i) => i % 20 > 1);
  expect(arriving).toHaveLength(180);
  // Ten at once: a provider's API must answer within seconds, and all of it happens in this process.
  while (arriving.length > 0) {
    const answers = await Promise.all(
      arriving.splice(0, 10).map(async (body) => {
        const headers = await signatures(testStack, provider, body);
        return handle(new Request(`http://localhost/${provider}`, { method: "POST", body, headers }));
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  }
  await Promise.all(runtime.deferred);
  // On a busy machine the provider may not have answered within a webhook's seconds.
  await until(`every event of ${provider} is confirmed`, async () => {
    const unconfirmed = await testStack.sql`
      update inbox.events set next_attempt_at = now()
      where provider = ${provider} and trust = 'unconfirmed' returning id`;
    if (unconfirmed.length > 0) await retryUnconfirmed(runtime);
    return unconfirmed.length === 0;
  });
  await runtime.database.close();
  return bodies;
}

/** How many things of a provider are in the business tables. */
async function known(provider: Name): Promise<number> {
  const [row] = await testStack.sql`
    select (select count(*) from public.payments where provider = ${provider} and captured_at is not null)
         + (select count(*) from public.memberships where provider = ${provider})
         + (select count(*) from public.session_recaps where provider = ${provider}) as n`;
  return Number(row!.n);
}

describe.each(Object.keys(HAPPENED) as Name[])("%s: of 200 events 20 never arrived", (provider) => {
  test("one run heals exactly 20, and a second heals none", async () => {
    const before = await known(provider);
    await mostArrive(provider, minutesAgo(15)); // old enough not to count as still on its way
    expect((await known(provider)) - before).toBe(180);
    expect(await reconcile(provider)).toMatchObject({ missed: 20, healed: 20 });
    expect((await known(provider)) - before).toBe(200);
    expect(await reconcile(provider)).toMatchObject({ missed: 0, healed: 0 });
    expect((await known(provider)) - before).toBe(200);
    const trusts = await testStack.sql`
        select trust, count(*)::int from inbox.events where provider = ${provider} and trust = 'confirmed' group by 1`;
    expect(trusts[0]!.count).toBeGreaterThanOrEqual(20);
  });
});

// At once, for most of it is waiting for what hangs.
describe.concurrent.each(Object.keys(HAPPENED) as Name[])("%s: of 200 events 20 never arrived", (provider) => {
  test("a run under 429s, errors, nonsense and a hang ends the same", async () => {
    const before = await known(provider);
    // Another day than the test before: Fapshi tells of 200 a day.
    await mostArrive(provider, minutesAgo(2 * 24 * 60));
    const api = testStack.stack.providers[provider];
    api.fail({ kind: "429", times: 2 });
    api.fail({ kind: "500", times: 4 });
    api.fail({ kind: "hang" });
    api.fail({ kind: "wrong shape" });
    api.fail({ kind: "not json" });
    const run = await reconcile(provider);
    expect(run).toMatchObject({ missed: 20, healed: 20 });
    expect((await known(provider)) - before).toBe(200);
  });
});

describe("a payment that has been pending for minutes", () => {
  test.each(["stripe", "paypal", "fapshi", "whop"] as const)(
    "is asked about at %s, and captured here when it was there",
    async (provider) => {
      const sale = await aSale(testStack, { currency: provider === "fapshi" ? "XAF" : "EUR" });
      // Fapshi's webhook alone moves nothing: its API says pending as well.
      testStack.stack.providers[provider].put(paymentEvent(provider, "pending", sale));
      expect((await post(testStack, provider, paymentEvent(provider, "pending", sale))).status).toBe(200);
      const status = async () =>
        (await testStack.sql`select status from public.payments where checkout_session_id = ${sale.checkout}`)
          .map((row) => row.status)
          .join();
      expect(await status()).toBe("pending");

      // Its time is today's: too new for the list of what happened.
      testStack.stack.providers[provider].put(paymentEvent(provider, "captured", sale));
      await testStack.sql`update public.payments set created_at = now() - interval '5 minutes'
        where checkout_session_id = ${sale.checkout}`;
      expect(await reconcile(provider)).toMatchObject({ healed: 1 });
      expect(await status()).toBe("captured");
    },
  );
});

/** Of each kind of thing two events of one second, neither of which says that it is the later; and where it ends up. */
const UNDECIDED: [Name, string, string, object, object, string, string][] = [
  [
    ...["stripe", "membership", "customer.subscription.updated", { "items.data.0.price.product": "prod_a" }],
    ...[{ "items.data.0.price.product": "prod_b" }, "memberships", "product_ref"],
  ] as never,
  [
    "stripe",
    "membership",
    "customer.subscription.updated",
    { status: "active" },
    { status: "past_due" },
    "memberships",
    "status",
  ],
  [
    "stripe",
    "customer",
    "customer.updated",
    { email: "a@example.com" },
    { email: "b@example.com" },
    "customers",
    "email",
  ],
  [
    "stripe",
    "dispute",
    "charge.dispute.updated",
    { status: "needs_response" },
    { status: "under_review" },
    "disputes",
    "status",
  ],
  [
    "whop",
    "membership",
    "membership.activated",
    { plan: null, product: { id: "prod_a" } },
    { plan: null, product: { id: "prod_b" } },
    "memberships",
    "product_ref",
  ],
  [
    "whop",
    "dispute",
    "dispute.updated",
    { status: "needs_response" },
    { status: "under_review" },
    "disputes",
    "status",
  ],
  [
    "paypal",
    "dispute",
    "CUSTOMER.DISPUTE.UPDATED",
    { reason: "UNAUTHORISED" },
    { reason: "OTHER" },
    "disputes",
    "reason",
  ],
];

describe("two events of one second that do not say which is the later", () => {
  test.each(UNDECIDED)("%s, %s, %s: the provider is asked", async (provider, kind, type, a, b, table, column) => {
    const { sql, stack } = testStack;
    const name = crypto.randomUUID();
    const ago = minutesAgo(10);
    const root = provider === "paypal" ? "resource" : provider === "whop" ? "data" : "data.object";
    const times = {
      stripe: { created: ago.unix },
      whop: { timestamp: ago.iso, "data.updated_at": ago.iso },
      paypal: { create_time: ago.iso, "resource.update_time": ago.iso },
    }[provider as "stripe"];
    const event = { stripe: stripeEvent, whop: whopEvent, paypal: paypalEvent }[provider as "stripe"];
    // They differ in nothing else: one body, copied.
    const base = JSON.parse(event(type, times, name));
    delete base.data?.previous_attributes;
    const bodyOf = (fields: object) => {
      const body = structuredClone(base);
      body.id += crypto.randomUUID().slice(0, 8);
      for (const [path, value] of Object.entries(fields)) set(body, `${root}.${path}`, value);
      return JSON.stringify(body);
    };
    // A dispute waits for its payment.
    if (kind === "dispute")
      await post(testStack, provider, paymentEvent(provider as "stripe", "captured", nowhere(name)));
    for (const fields of [a, b]) expect((await post(testStack, provider, bodyOf(fields))).status).toBe(200);

    const ref = await until("both are applied", async () => {
      const [one] = await sql`
        select substr(thing, strpos(thing, '/') + 1) as ref from inbox.latest_facts
        where provider = ${provider} and thing like ${`${kind}/%`} and undecided order by updated_at desc limit 1`;
      return one?.ref as string | undefined;
    });
    const now = async () =>
      (await sql`select ${sql(column)}::text as value from ${sql(`public.${table}`)} where provider_ref = ${ref}`)[0]!
        .value;
    const preferred = await now();

    // At the provider it is the other.
    const [last] = [a, b].filter((fields) => !JSON.stringify(fields).toLowerCase().includes(preferred.toLowerCase()));
    stack.providers[provider].put(bodyOf(last!));
    await sql`update inbox.latest_facts set updated_at = now() - interval '4 minutes' where undecided`;
    await reconcile(provider);
    expect(JSON.stringify(last).toLowerCase()).toContain((await now()).toLowerCase());
    expect(await sql`select 1 from inbox.latest_facts where undecided`).toHaveLength(0);

    // Nothing is left to ask about.
    expect(await sql`select 1 from inbox.to_ask_about(${provider}) where ref = ${ref}`).toHaveLength(0);
  });
});

test("what was missed moves the business as its webhook would have", async () => {
  const sale = await aSale(testStack);
  testStack.stack.providers.stripe.put(paymentEvent("stripe", "captured", sale, { created: minutesAgo(15).unix }));
  await reconcile("stripe");
  const [order] = await testStack.sql`select status from public.orders where checkout_session_id = ${sale.checkout}`;
  expect(order).toEqual({ status: "confirmed" });
  await until("make.com hears of the order", () =>
    testStack.receiver.received.find(({ type, body }) => type === "order.created" && body.includes(sale.checkout)),
  );
});

test("one event that cannot be stored holds up no other of its provider", async () => {
  const { sql, stack } = testStack;
  const ids = Array.from({ length: 150 }, () => `evt_${crypto.randomUUID()}`);
  // Most recent first, as Stripe lists them: the other page is read after it.
  const bad = ids.at(-1)!;
  ids.forEach((id, i) => {
    const created = minutesAgo(180 - i).unix;
    stack.providers.stripe.put(stripeEvent("customer.created", { id, created }, crypto.randomUUID()));
  });
  await sql.unsafe(`
    create function public.refuse_one() returns trigger language plpgsql as $$
    begin raise exception 'it cannot be stored'; end $$;
    create trigger refuse_one before insert on inbox.events for each row
    when (new.provider_event_id = '${bad}') execute function public.refuse_one()`);
  try {
    const [run] = await sql`select inbox.reconcile('stripe') as id`;
    const told = await until("the run says which one", async () => {
      const [one] = await sql`
        select completed_at, remark from inbox.reconciliations where id = ${run!.id} and remark is not null`;
      return one;
    });
    expect(told.completed_at).toBeNull();
    expect(told.remark).toContain(`could not be stored: ${bad} (it cannot be stored`);
    const stored = await sql`select provider_event_id from inbox.events where provider_event_id = any (${ids})`;
    expect(stored).toHaveLength(149);
  } finally {
    await sql.unsafe("drop trigger refuse_one on inbox.events; drop function public.refuse_one()");
  }
  // The next attempt receives it.
  await reconcile("stripe");
  expect(await sql`select 1 from inbox.events where provider_event_id = ${bad}`).toHaveLength(1);
});

test("a provider whose API key is not set is not asked, and says so", async () => {
  const bare = await startTestStack({ env: { STRIPE_API_KEY: "" }, background: { cron: false } });
  try {
    const [run] = await bare.sql`select inbox.reconcile('stripe') as id`;
    const told = await until("the run says so", async () => {
      const [one] =
        await bare.sql`select remark from inbox.reconciliations where id = ${run!.id} and completed_at is not null`;
      return one;
    });
    expect(told.remark).toBe("Not connected: STRIPE_API_KEY not set.");
    expect(bare.stack.providers.stripe.asked).toEqual([]);
  } finally {
    await bare.stop();
  }
});
