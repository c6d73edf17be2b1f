/**
 * Faults as they are planted in a whole stack, and what a person does about each beside the one repair that
 * ops.attention names. faults.test.ts repairs them by pasted SQL, tests/console/faults.test.ts by the console.
 */
import { expect } from "vitest";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../../functions/_shared/outbound/after_webhook.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { checkoutHandler } from "../../../functions/_shared/storefront/checkout_handler.ts";
import { fathomEvent } from "../../../simulator/providers/fathom.ts";
import { stripeEvent } from "../../../simulator/providers/stripe.ts";
import { whopEvent } from "../../../simulator/providers/whop.ts";
import { aProductForAll } from "../storefront.ts";
import { aSale, post, postStripe, saleEvent, signatures, type TestStack, testRuntime, until } from "../test_stack.ts";

export const REASON = "agreed with the buyer by e-mail";

export interface Line {
  id: string;
  why: string;
  since: Date;
  remedy: string;
  severity: string;
}

export interface Fault {
  what: string;
  which?: string;
  within?: string;
  effect: string;
  plant(): Promise<void>;
  /** What a person does before: the cause is outside of the database. */
  before?(line: Line): Promise<Record<string, string> | undefined>;
  /** The alternative that is chosen; 0: the statement itself. */
  choose?: number;
  /** What follows by itself, after which the line is gone. */
  after?(): Promise<void>;
  /** Whether the cause is gone, too. */
  mended(line: Line): Promise<unknown>;
}

export const FAULT_NAMES = [
  "wrong webhook secret",
  "webhook secret never set",
  "all cron jobs gone",
  "one message to a dead Railway",
  "parked event",
  "failed event",
  "lost dispute",
  "recording that matches no session",
  "recording that has the student alone",
  "Meet link that never comes",
  "Google's consent revoked",
  "address of a destination never set",
  "underpayment",
  "underpayment, and the money goes back",
  "paid, and sold out",
  "paid, sold out, and sent from elsewhere",
  "goods without a parcel",
  "secret missing in Vault",
  "message that its receiver refuses for good",
  "receiver that is gone (410)",
  "no courier",
  "way to pay that is not set up",
  "route whose trigger is switched off",
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];
export type Faults = ReturnType<typeof openFaults>;

/** `decidedBy`: as whom the repairs are recorded. */
export function openFaults(testStack: TestStack, decidedBy = "postgres") {
  /** Function secrets as somebody has set them: those of the stack, but for these. */
  const wrongly: Record<string, string> = {};
  const real = testRuntime(testStack);
  const runtime: Runtime & { deferred: Promise<unknown>[] } = {
    ...real,
    env: (name) => wrongly[name] ?? real.env(name),
  };

  /** A line of ops.attention, if it is there. */
  async function lineOf(what: string, which = "%"): Promise<Line | undefined> {
    const [line] = await testStack.sql<Line[]>`
      select id, why, since, remedy, severity from ops.attention where what = ${what} and which like ${which}`;
    return line;
  }

  /** Each in turn: they have one database. */
  const faults: Record<FaultName, Fault> = {
    "wrong webhook secret": {
      what: "webhooks refused",
      which: "stripe",
      effect: "What was missed is fetched; the line goes with the next webhook that is accepted.",
      async plant() {
        wrongly.STRIPE_WEBHOOK_SECRET = "whsec_of_another_endpoint";
        for (let i = 0; i < 5; i++) {
          const sale = await aSale(testStack);
          missed.push(sale.checkout);
          const body = saleEvent(sale, "payment_intent.succeeded", aWhileAgo());
          testStack.stack.providers.stripe.put(body);
          expect(await receive("stripe", body)).toBe(401);
        }
        await testStack.sql`update inbox.providers set reconciled_until = now() - interval '1 hour' where true`;
      },
      async before() {
        delete wrongly.STRIPE_WEBHOOK_SECRET;
        return undefined;
      },
      async after() {
        await until("what was missed is here", async () => (await ordersOf(missed)).length === missed.length);
        // The reconciler needs no webhook secret: what it fetched proves nothing.
        expect(await lineOf("webhooks refused", "stripe")).toBeDefined();
        expect(await receive("stripe", stripeEvent("customer.updated"))).toBe(200);
      },
      mended: async () => expect(await ordersOf(missed)).toHaveLength(5),
    },
    "webhook secret never set": {
      what: "webhooks refused",
      which: "whop",
      effect: "As above.",
      async plant() {
        wrongly.WHOP_WEBHOOK_SECRET = "";
        expect(await receive("whop", whopEvent("membership.activated"))).toBe(503);
      },
      async before() {
        delete wrongly.WHOP_WEBHOOK_SECRET;
        return undefined;
      },
      async after() {
        expect(await receive("whop", whopEvent("membership.activated"))).toBe(200);
      },
      mended: async () =>
        expect(
          await testStack.sql`select 1 from inbox.events where provider = 'whop' and trust = 'signed'`,
        ).not.toEqual([]),
    },
    "all cron jobs gone": {
      what: "job not running",
      which: "signalbox: expire unpaid checkouts",
      effect: "Every job is scheduled, and runs.",
      async plant() {
        await testStack.sql`select cron.unschedule(jobid) from cron.job`;
      },
      async mended() {
        expect(await testStack.sql`select 1 from ops.job_problems()`).toEqual([]);
        const [last] = await testStack.sql`select coalesce(max(runid), 0) as runid from cron.job_run_details`;
        await until("cron runs them", async () => {
          const runs = await testStack.sql`select 1 from cron.job_run_details where runid > ${last!.runid}`;
          return runs.length > 0;
        });
      },
    },
    "one message to a dead Railway": {
      what: "destination failing",
      which: "railway",
      within: "1 minute 10 seconds",
      effect: "It is sent at once, and arrives.",
      async plant() {
        testStack.receiver.answer(({ path }) => (path === "/railway" ? { status: 500 } : {}));
        await write("railway", "things/1");
        await until("one attempt has failed", async () => (await deliveriesTo("railway", "things/1"))[0]?.last_error);
        await testStack.sql`
          update outbox.deliveries set created_at = now() - interval '11 seconds',
            next_attempt_at = now() + interval '1 hour'
          where record_key = 'things/1' and destination = 'railway'`;
      },
      async before() {
        testStack.receiver.answer(() => ({}));
        return undefined;
      },
      mended: () => isDelivered("railway", "things/1"),
    },
    "parked event": {
      what: "event parked",
      which: "stripe refund.updated",
      within: "1 minute 10 seconds",
      effect: "The provider is asked for what it waits for; it is applied when that is here.",
      async plant() {
        parked = await aSale(testStack);
        testStack.stack.providers.stripe.put(saleEvent(parked, "payment_intent.succeeded", aWhileAgo()));
        await postStripe(testStack, stripeEvent("refund.updated", {}, parked.name));
        await testStack.sql`
          update inbox.events set received_at = now() - interval '11 seconds' where status = 'parked'`;
        await testStack.sql`update inbox.providers set reconciled_until = now() - interval '1 hour' where true`;
      },
      async mended() {
        expect(await testStack.sql`select 1 from inbox.events where status = 'parked'`).toEqual([]);
        expect(
          await testStack.sql`
          select 1 from public.refunds r join public.payments p on p.id = r.payment_id
          where p.checkout_session_id = ${parked.checkout}`,
        ).toHaveLength(1);
      },
    },
    "failed event": {
      what: "event failed",
      effect: "It is applied: the order exists.",
      async plant() {
        failing = await aSale(testStack);
        await testStack.sql`alter table public.orders add constraint trouble check (total_minor < 100) not valid`;
        await postStripe(testStack, saleEvent(failing, "checkout.session.completed"));
      },
      async before() {
        await testStack.sql`alter table public.orders drop constraint trouble`;
        return undefined;
      },
      mended: async () => expect(await ordersOf([failing.checkout])).toHaveLength(1),
    },
    "lost dispute": {
      what: "dispute lost",
      effect: "The decision is kept in ops.decisions. (The money is gone: nothing can be mended.)",
      async plant() {
        const sale = await paid();
        await postStripe(testStack, stripeEvent("charge.dispute.closed", { "data.object.status": "lost" }, sale.name));
      },
      mended: (line) => isRecorded("ops.acknowledge", `dispute lost ${line.id}`),
    },
    "recording that matches no session": {
      what: "recap of no session",
      effect: "The session has its recap.",
      async plant() {
        await post(testStack, "fathom", fathomEvent("new_meeting_content_ready"));
      },
      async before() {
        const [session] = await testStack.sql`
          insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
          values ('Maths', now() - interval '9 days', now() - interval '9 days' + interval '1 hour',
            'tutor@example.com', 'student@example.com') returning id`;
        return { "<id of the session>": session!.id };
      },
      mended: async () =>
        expect(await testStack.sql`select 1 from public.session_recaps where tutoring_session_id is null`).toEqual([]),
    },
    "recording that has the student alone": {
      what: "tutor missing",
      effect: "What was agreed is kept in ops.decisions. (The lesson is over: nothing can be mended.)",
      async plant() {
        const begins = new Date(Date.now() - 30 * 86_400_000);
        await testStack.sql`
          insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
          values ('Maths', ${begins}, ${new Date(begins.getTime() + 3_600_000)}, 'rita@coach.example.com',
            'amina.buyer@example.com')`;
        const email = "amina.buyer@example.com";
        const speaker = { display_name: "Amina Buyer", matched_calendar_invitee_email: email };
        await post(
          testStack,
          "fathom",
          fathomEvent("new_meeting_content_ready", {
            ...{ scheduled_start_time: begins.toISOString(), recording_start_time: begins.toISOString() },
            recording_end_time: new Date(begins.getTime() + 900_000).toISOString(),
            transcript: [{ speaker, text: "Hello? Rita?", timestamp: "00:00:08" }],
          }),
        );
      },
      mended: (line) => isRecorded("ops.acknowledge", `tutor missing ${line.id}`),
    },
    "Meet link that never comes": {
      what: "session without a link",
      effect: "Google is asked again, and the session gets its link.",
      async plant() {
        const { google } = testStack.stack.providers;
        await testStack.sql`select calendar.connect()`;
        google.conferences.push("failure", "failure");
        google.refuse({ status: 403, reason: "insufficientPermissions", at: "POST /meet", times: 9 });
        lesson = await aLesson();
      },
      async before() {
        testStack.stack.providers.google.mend();
        return undefined;
      },
      after: () => hasLink(lesson),
      mended: () => hasLink(lesson),
    },
    "Google's consent revoked": {
      what: "calendar not connected",
      effect: "What waited is done: each session gets its link.",
      async plant() {
        await testStack.sql`select calendar.connect()`;
        testStack.stack.providers.google.revoke();
        lesson = await aLesson();
        // The line may be there before the lesson is among those that wait.
        await until("the lesson waits for it", async () => {
          const [line] = await testStack.sql`select why from ops.attention where what = 'calendar not connected'`;
          return line?.why.includes(" 1 session or appointment waits");
        });
      },
      async before() {
        // npm run google-login, and npm run deploy.
        testStack.stack.providers.google.mend();
        return undefined;
      },
      after: () => hasLink(lesson),
      async mended() {
        await hasLink(lesson);
        await testStack.sql`select calendar.disconnect(reason => 'the other faults need no calendar')`;
      },
    },
    "address of a destination never set": {
      what: "destination not configured",
      which: "warehouse",
      within: "1 minute 10 seconds",
      effect: "What waited is sent, and arrives.",
      async plant() {
        await testStack.sql`insert into outbox.destinations (name) values ('warehouse')`;
        await write("warehouse", "things/2");
        await until("it was tried", async () => (await deliveriesTo("warehouse", "things/2"))[0]?.last_error);
        await testStack.sql`
          update outbox.deliveries set created_at = now() - interval '11 seconds' where destination = 'warehouse'`;
      },
      async before() {
        // The deploy that sets the address and the secret.
        await testStack.sql`
          update outbox.destinations set url = ${`${testStack.receiver.url}/railway`} where name = 'warehouse'`;
        await testStack.sql`select outbox.rotate_secret('warehouse')`;
        return undefined;
      },
      mended: () => isDelivered("warehouse", "things/2"),
    },
    underpayment: {
      what: "payment needs review",
      effect: "The order exists, and who accepted it and why is kept.",
      async plant() {
        const sale = await aSale(testStack);
        short.push(sale.checkout);
        await postStripe(testStack, saleEvent(sale, "payment_intent.succeeded", amount(2450)));
      },
      async mended(line) {
        expect(await ordersOf(short)).toHaveLength(1);
        await isRecorded("commerce.accept_payment", line.id);
      },
    },
    "underpayment, and the money goes back": {
      what: "payment needs review",
      effect: "Stripe is asked for the refund; the line goes once it reports it. There is no order.",
      choose: 1,
      async plant() {
        const sale = await aSale(testStack);
        refunded = sale.checkout;
        const body = saleEvent(sale, "payment_intent.succeeded", amount(2450));
        testStack.stack.providers.stripe.put(body);
        await postStripe(testStack, body);
      },
      async mended() {
        const [payment] = await testStack.sql`
          select status from public.payments where checkout_session_id = ${refunded}`;
        expect(payment!.status).toBe("refunded");
        expect(await ordersOf([refunded])).toEqual([]);
      },
    },
    "paid, and sold out": {
      what: "order needs attention",
      effect: "It takes the stock that was found, and is confirmed.",
      async plant() {
        soldOut = await paidTooLate();
      },
      async before() {
        await testStack.sql`update public.products set stock = stock + 2 where sku = ${soldOut.sku}`;
        return undefined;
      },
      async mended() {
        expect(await ordersOf([soldOut.checkout])).toMatchObject([{ status: "confirmed" }]);
        const [product] = await testStack.sql`select stock from public.products where sku = ${soldOut.sku}`;
        expect(product!.stock).toBe(0);
      },
    },
    "paid, sold out, and sent from elsewhere": {
      what: "order needs attention",
      effect: "It is confirmed without stock, and who decided so and why is kept.",
      choose: 1,
      async plant() {
        soldOut = await paidTooLate();
      },
      async mended(line) {
        expect(await ordersOf([soldOut.checkout])).toMatchObject([{ status: "confirmed" }]);
        await isRecorded("commerce.settle_order", line.id);
      },
    },
    "goods without a parcel": {
      what: "goods bought and no parcel",
      within: "11 minutes",
      effect: "The parcel exists; the next audit finds nothing.",
      async plant() {
        inconsistent = await paid();
        await testStack.sql`
          delete from public.fulfillments f using public.orders o
          where o.id = f.order_id and o.checkout_session_id = ${inconsistent.checkout}`;
        await testStack.sql`select ops.audit_consistency()`;
      },
      after: async () => void (await testStack.sql`select ops.audit_consistency()`),
      mended: async () =>
        expect(
          await testStack.sql`
          select 1 from public.fulfillments f join public.orders o on o.id = f.order_id
          where o.checkout_session_id = ${inconsistent.checkout}`,
        ).toHaveLength(1),
    },
    "secret missing in Vault": {
      what: "secret missing in Vault",
      which: "signalbox_receipts",
      effect: "There is a new one.",
      async plant() {
        await testStack.sql`delete from vault.secrets where name = 'signalbox_receipts'`;
      },
      mended: async () =>
        expect(await testStack.sql`select outbox.receipt_signature(1) as signature`).toEqual([
          { signature: expect.stringMatching(/^[0-9a-f]{64}$/) },
        ]),
    },
    "message that its receiver refuses for good": {
      what: "delivery dead",
      effect: "It is sent again, and arrives.",
      async plant() {
        // This one alone: messages of the faults before may be under way.
        testStack.receiver.answer(({ body }) =>
          body.includes("things/3") ? { status: 400, headers: { "webhook-delivery": "abort-message" } } : {},
        );
        await write("railway", "things/3");
        await until("it is dead", async () => (await deliveriesTo("railway", "things/3"))[0]?.status === "dead");
      },
      async before() {
        testStack.receiver.answer(() => ({}));
        return undefined;
      },
      mended: () => isDelivered("railway", "things/3"),
    },
    "receiver that is gone (410)": {
      what: "destination paused",
      which: "railway",
      effect: "What waited is sent, and arrives.",
      async plant() {
        testStack.receiver.answer(({ path }) => (path === "/railway" ? { status: 410 } : {}));
        await write("railway", "things/4");
        await until("it is paused", async () => {
          const [row] = await testStack.sql`select paused_at from outbox.destinations where name = 'railway'`;
          return row!.paused_at;
        });
      },
      async before() {
        testStack.receiver.answer(() => ({}));
        return undefined;
      },
      mended: () => isDelivered("railway", "things/4"),
    },
    "no courier": {
      what: "nothing is sent",
      within: "1 minute 30 seconds",
      effect: "A courier comes, and what was due arrives.",
      async plant() {
        await testStack.sql`update outbox.settings set functions_url = null where only_row`;
        await until("no courier is at work", async () => {
          const [row] = await testStack.sql`select outbox.courier_is_awake() as awake`;
          return !row!.awake;
        });
        await write("railway", "things/5");
        // Whatever else is on its way by now, alerts of the other faults too, is not due: the line counts what is.
        await testStack.sql`
          update outbox.deliveries
          set next_attempt_at = now() + case record_key when 'things/5' then interval '-31 seconds' else '1 minute' end
          where status = 'pending'`;
      },
      before: async () => ({ "https://<project ref>.supabase.co/functions/v1": testStack.stack.functionsUrl }),
      after: () => isDelivered("railway", "things/5"),
      mended: () => isDelivered("railway", "things/5"),
    },
    "way to pay that is not set up": {
      what: "requests not served",
      effect: "Nothing to paste: it goes with the next checkout there that works.",
      async plant() {
        wrongly.FAPSHI_API_KEY = "";
        expect(await checkOutAt("fapshi")).toBe(503);
      },
      async before() {
        delete wrongly.FAPSHI_API_KEY;
        return undefined;
      },
      async after() {
        expect(await checkOutAt("stripe")).toBe(201);
        expect(await lineOf("requests not served"), "another provider proves nothing").toBeDefined();
        expect(await checkOutAt("fapshi")).toBe(201);
      },
      mended: async () => expect(await checkOutAt("fapshi")).toBe(201),
    },
    "route whose trigger is switched off": {
      what: "route makes no message",
      which: "form.submitted to make",
      effect: "The trigger is on, and the next change is told.",
      async plant() {
        await testStack.sql`alter table public.form_submissions disable trigger capture_change`;
      },
      mended: async () => expect(await testStack.sql`select 1 from outbox.dead_routes()`).toEqual([]),
    },
  };

  const missed: string[] = [];
  const short: string[] = [];
  let parked: Awaited<ReturnType<typeof aSale>>;
  let failing: Awaited<ReturnType<typeof aSale>>;
  let soldOut: Awaited<ReturnType<typeof aSale>>;
  let inconsistent: Awaited<ReturnType<typeof aSale>>;
  let refunded: string;
  let lesson: string;

  /** A session to come, for the calendar. */
  async function aLesson(): Promise<string> {
    const [session] = await testStack.sql`
      insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, student_email)
      values ('Maths', now() + interval '3 days', now() + interval '3 days' + interval '1 hour', 'tutor@example.com',
        'student@example.com') returning id`;
    return session!.id;
  }

  async function hasLink(session: string): Promise<void> {
    await until("its link", async () => {
      const [row] = await testStack.sql`select meet_link from public.tutoring_sessions where id = ${session}`;
      return row!.meet_link;
    });
  }

  /** The reconciler leaves out what may still be in transit. */
  const aWhileAgo = () => ({ created: Math.floor(Date.now() / 1000) - 900 });
  const amount = (minor: number) => ({ "data.object.amount": minor, "data.object.amount_received": minor });

  /** A webhook, received with the secrets as they are set. */
  async function receive(provider: "stripe" | "whop", body: string): Promise<number> {
    const handle = webhookHandler(await PROVIDERS[provider]!.webhook(), openAfterWebhook, runtime);
    const headers = await signatures(testStack, provider, body);
    const { status } = await handle(new Request(`http://localhost/${provider}`, { method: "POST", body, headers }));
    await Promise.all(runtime.deferred.splice(0));
    return status;
  }

  async function checkOutAt(provider: string): Promise<number> {
    const body = {
      provider,
      email: "amina@example.com",
      items: [{ sku: await aProductForAll(testStack, 9), quantity: 1 }],
    };
    const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
    const request = new Request("http://localhost/checkout", { method: "POST", headers, body: JSON.stringify(body) });
    return (await checkoutHandler({ runtime })(request)).status;
  }

  const ordersOf = (checkouts: string[]) =>
    testStack.sql`select id, status from public.orders where checkout_session_id in ${testStack.sql(checkouts)}`;

  async function paid(): Promise<Awaited<ReturnType<typeof aSale>>> {
    const sale = await aSale(testStack);
    await postStripe(testStack, saleEvent(sale, "payment_intent.succeeded"));
    expect(await ordersOf([sale.checkout])).toHaveLength(1);
    return sale;
  }

  /** Its reservation had ended, and the last two were sold to somebody else. */
  async function paidTooLate(): Promise<Awaited<ReturnType<typeof aSale>>> {
    const sale = await aSale(testStack, { stock: 2 });
    await testStack.sql`update public.checkout_sessions set expires_at = now() where id = ${sale.checkout}`;
    await testStack.sql`select commerce.expire_checkouts()`;
    await aSale(testStack, { sku: sale.sku });
    await postStripe(testStack, saleEvent(sale, "payment_intent.succeeded"));
    return sale;
  }

  const write = (destination: string, about: string) =>
    testStack.sql`select outbox.write_message('thing.made', ${about}, ${JSON.stringify({
      type: "thing.made",
      timestamp: new Date().toISOString(),
      data: { id: about },
    })}, null, array[${destination}])`;

  const deliveriesTo = (destination: string, about: string) => testStack.sql`
    select status, last_error from outbox.deliveries where destination = ${destination} and record_key = ${about}`;

  async function isDelivered(destination: string, about: string): Promise<void> {
    await until(`${about} is at ${destination}`, async () => {
      const [delivery] = await deliveriesTo(destination, about);
      return delivery!.status === "delivered";
    });
  }

  async function isRecorded(command: string, about: string): Promise<void> {
    const [decision] = await testStack.sql`
      select reason, decided_by from ops.decisions where command = ${command} and about = ${about}`;
    expect(decision).toEqual({ reason: REASON, decided_by: decidedBy });
  }

  /** Its line, as soon as it is shown. */
  const untilSeen = (name: FaultName) => {
    const { what, which } = faults[name];
    return until(`${what} is shown`, () => lineOf(what, which));
  };

  return { faults, lineOf, untilSeen, close: () => real.database.close() };
}
