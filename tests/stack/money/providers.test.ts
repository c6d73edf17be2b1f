/** Each event of each provider ends in its row; and money is money, whoever took it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fapshiEvent, fapshiHeaders } from "../../../simulator/providers/fapshi.ts";
import { fathomEvent } from "../../../simulator/providers/fathom.ts";
import { paypalEvent } from "../../../simulator/providers/paypal.ts";
import { whopEvent } from "../../../simulator/providers/whop.ts";
import {
  aBuyer,
  aSale,
  paymentEvent,
  post,
  type Sale,
  signatures,
  startTestStack,
  type TestStack,
  until,
} from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const PAYS = ["stripe", "paypal", "fapshi", "whop"] as const;
type Pays = (typeof PAYS)[number];

async function aSaleAt(provider: Pays, email?: string): Promise<Sale> {
  return await aSale(testStack, { email, currency: provider === "fapshi" ? "XAF" : "EUR" });
}

/** A webhook of the provider's, which its API knows of too. */
async function happens(provider: Pays, what: "captured" | "pending" | "failed", sale: Sale): Promise<void> {
  const body = paymentEvent(provider, what, sale);
  testStack.stack.providers[provider].put(body);
  const response = await post(testStack, provider, body);
  expect([response.status, await response.json()]).toMatchObject([200, { status: "applied" }]);
}

describe("a payment of the same kind of item", () => {
  /**
   * Every row that a paid sale leaves, without what is its provider's own or differs by nature (ids, times, e-mail
   * address).
   */
  async function rows(sale: Sale, provider: Pays): Promise<string> {
    const [state] = await testStack.sql`
      select jsonb_build_object(
        'payments', (
          select jsonb_agg(to_jsonb(p)
            - '{provider,provider_ref,customer_ref,email,membership_ref,part_of,is_last_part}'::text[])
          from public.payments p where p.checkout_session_id = ${sale.checkout}),
        'checkout', (select to_jsonb(s) from public.checkout_sessions s where s.id = ${sale.checkout}),
        'orders', (select jsonb_agg(to_jsonb(o) - 'number') from public.orders o
          where o.checkout_session_id = ${sale.checkout}),
        'items', (select jsonb_agg(to_jsonb(i)) from public.order_items i join public.orders o on o.id = i.order_id
          where o.checkout_session_id = ${sale.checkout}),
        'reservations', (select jsonb_agg(to_jsonb(r)) from public.stock_reservations r
          where r.checkout_session_id = ${sale.checkout}),
        'product', (select to_jsonb(p) from public.products p where p.sku = ${sale.sku}),
        'events', (select jsonb_agg(jsonb_build_object('status', e.status, 'attempts', e.attempts)) from inbox.events e
          where e.provider = ${provider} and e.body like ${`%${sale.checkout}%`}),
        'messages', (select jsonb_agg(m.type order by m.type) from outbox.messages m
          where m.payload like ${`%${sale.checkout}%`})
      )::text as all`;
    return state!.all
      .replaceAll(/"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"id"')
      .replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"/g, '"time"')
      .replaceAll(sale.sku, "sku")
      .replaceAll('"XAF"', '"EUR"');
  }

  test("ends in rows that differ only in provider fields", async () => {
    const seen: Record<string, string> = {};
    for (const provider of PAYS) {
      const sale = await aSaleAt(provider);
      await happens(provider, "captured", sale);
      seen[provider] = await rows(sale, provider);
    }
    expect(JSON.parse(seen.stripe!)).toMatchObject({
      orders: [{ status: "confirmed", total_minor: 4900 }],
      payments: [{ status: "captured" }],
    });
    for (const provider of PAYS) expect(seen[provider]).toBe(seen.stripe);
  });

  test.each(PAYS)("at %s: one that failed gives its stock back, and makes no order", async (provider) => {
    const sale = await aSaleAt(provider);
    await happens(provider, "failed", sale);
    const [row] = await testStack.sql`
      select p.status, s.status as checkout, (select stock from public.products where sku = ${sale.sku}) as stock,
        (select count(*)::int from public.orders o where o.checkout_session_id = s.id) as orders
      from public.payments p join public.checkout_sessions s on s.id = p.checkout_session_id
      where s.id = ${sale.checkout}`;
    expect(row).toEqual({ status: "failed", checkout: "payment_failed", stock: 10, orders: 0 });
  });

  test.each(PAYS)("at %s: one that failed and then came makes its order", async (provider) => {
    const sale = await aSaleAt(provider);
    await happens(provider, "failed", sale);
    await happens(provider, "captured", sale);
    const [row] = await testStack.sql`select o.status, p.status as payment from public.orders o join public.payments p
        on p.id = o.payment_id where o.checkout_session_id = ${sale.checkout}`;
    expect(row).toEqual({ status: "confirmed", payment: "captured" });
  });

  test.each(PAYS)("at %s: another amount than the checkout's needs review, and makes no order", async (provider) => {
    const sale = await aSale(testStack, { quantity: 3, currency: provider === "fapshi" ? "XAF" : "EUR" });
    await happens(provider, "captured", sale);
    const [row] = await testStack.sql`
      select p.needs_review, p.review_reason,
        (select count(*)::int from public.orders o where o.checkout_session_id = p.checkout_session_id) as orders
      from public.payments p where p.checkout_session_id = ${sale.checkout}`;
    expect(row).toMatchObject({ needs_review: true, orders: 0 });
    expect(row!.review_reason).toMatch(/Captured (49\.00 EUR|4900 XAF).* asks for (73\.50 EUR|7350 XAF)/);
  });
});

describe("an approved PayPal order", () => {
  const approved = (sale: Sale) =>
    paypalEvent("CHECKOUT.ORDER.APPROVED", { "resource.purchase_units.0.custom_id": sale.checkout }, sale.name);
  const captures = (sale: Sale) => {
    const { id } = JSON.parse(approved(sale)).resource;
    return testStack.stack.providers.paypal.asked.filter(({ path }) => path === `/v2/checkout/orders/${id}/capture`);
  };

  test("is captured once by the courier, whatever happens to the call, and makes its order", async () => {
    const sale = await aSaleAt("paypal");
    const body = approved(sale);
    testStack.stack.providers.paypal.put(body);
    testStack.stack.providers.paypal.fail({ kind: "500", path: "/v2/checkout/orders", times: 1 });
    await Promise.all([post(testStack, "paypal", body), post(testStack, "paypal", body)]);
    const [order] = await until("the order", async () => {
      const found = await testStack.sql`
        select o.status, p.status as payment, p.provider from public.orders o join public.payments p
          on p.id = o.payment_id where o.checkout_session_id = ${sale.checkout}`;
      return found.length > 0 && found;
    });
    expect(order).toEqual({ status: "confirmed", payment: "captured", provider: "paypal" });
    expect(new Set(captures(sale).map(({ headers }) => headers.get("paypal-request-id"))).size).toBe(1);
  });

  test("whose checkout was paid elsewhere meanwhile is not captured", async () => {
    const sale = await aSaleAt("paypal");
    testStack.stack.providers.paypal.put(approved(sale));
    await happens("stripe", "captured", sale);
    await post(testStack, "paypal", approved(sale));
    const [delivery] = await until("the courier decides", async () => {
      const found = await testStack.sql`
        select d.status, d.last_error from outbox.deliveries d join outbox.messages m on m.id = d.message_id
        where d.destination = 'paypal' and m.payload like ${`%${sale.checkout}%`}
        and d.status not in ('pending', 'sending')`;
      return found.length > 0 && found;
    });
    expect(delivery).toMatchObject({ status: "cancelled" });
    expect(delivery!.last_error).toMatch(/charge the buyer twice/);
    expect(captures(sale)).toEqual([]);
  });

  test("that is taken back frees its stock", async () => {
    const sale = await aSaleAt("paypal");
    await post(
      testStack,
      "paypal",
      paypalEvent(
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
        { "resource.purchase_units.0.custom_id": sale.checkout },
        sale.name,
      ),
    );
    const [row] = await testStack.sql`
      select s.status, p.status as payment, (select stock from public.products where sku = ${sale.sku}) as stock
      from public.checkout_sessions s join public.payments p on p.checkout_session_id = s.id
      where s.id = ${sale.checkout}`;
    expect(row).toEqual({ status: "payment_failed", payment: "cancelled", stock: 10 });
  });
});

describe("a Fapshi webhook", () => {
  const event = async (transId: string) =>
    (
      await testStack.sql`select status, trust, type, body, confirmation from inbox.events where provider = 'fapshi'
        and subject = ${transId} order by received_at`
    ).map((row) => ({ ...row }));

  test("moves nothing before Fapshi's API confirms it, and is confirmed later when the API is away", async () => {
    const sale = await aSaleAt("fapshi");
    const body = paymentEvent("fapshi", "captured", sale);
    const { transId } = JSON.parse(body);
    testStack.stack.providers.fapshi.put(body);
    testStack.stack.providers.fapshi.fail({ kind: "500", path: `/payment-status/${transId}`, times: 3 });
    const response = await post(testStack, "fapshi", body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: "ignored" }]);
    expect(await event(transId)).toMatchObject([{ trust: "unconfirmed", status: "ignored" }]);
    expect(
      await testStack.sql`select 1 from public.payments where checkout_session_id = ${sale.checkout}`,
    ).toHaveLength(0);

    await testStack.sql`update inbox.events set next_attempt_at = now() where subject = ${transId}`;
    await until("it is confirmed by cron", async () => (await event(transId))[0]?.trust === "confirmed");
    expect(await event(transId)).toMatchObject([{ trust: "confirmed", status: "applied", body }]);
    expect(await testStack.sql`select 1 from public.orders where checkout_session_id = ${sale.checkout}`).toHaveLength(
      1,
    );
  });

  test("a failure that Fapshi could not confirm before the payer succeeded is closed", async () => {
    const sale = await aSaleAt("fapshi");
    const failed = paymentEvent("fapshi", "failed", sale);
    const { transId } = JSON.parse(failed);
    testStack.stack.providers.fapshi.put(failed);
    testStack.stack.providers.fapshi.fail({ kind: "500", path: `/payment-status/${transId}`, times: 3 });
    expect((await post(testStack, "fapshi", failed)).status).toBe(200);
    expect(await event(transId)).toMatchObject([{ trust: "unconfirmed", status: "ignored" }]);

    const succeeded = paymentEvent("fapshi", "captured", sale);
    testStack.stack.providers.fapshi.put(succeeded);
    await until("the success is applied", async () => {
      await post(testStack, "fapshi", succeeded);
      return (await event(transId))[1]?.status === "applied";
    });

    await testStack.sql`
      update inbox.events set next_attempt_at = now(), received_at = received_at - interval '2 hours'
      where subject = ${transId} and trust = 'unconfirmed'`;
    const hint = await until("Fapshi is asked about the failure", async () => {
      const [one] = await testStack.sql`
        select id, status, error from inbox.events
        where subject = ${transId} and trust = 'unconfirmed' and next_attempt_at is null`;
      return one;
    });
    expect(hint).toMatchObject({
      status: "ignored",
      error: `Closed: The provider now answers with another event: ${transId}:SUCCESSFUL.`,
    });
    expect(await testStack.sql`select 1 from ops.attention where id = ${hint.id}`).toHaveLength(0);
  });

  test("whose transaction Fapshi does not know is turned away, and counted", async () => {
    const body = fapshiEvent("SUCCESSFUL", {}, crypto.randomUUID());
    const response = await post(testStack, "fapshi", body);
    expect([response.status, await response.json()]).toMatchObject([401, { error: "transaction_unknown" }]);
    expect(await event(JSON.parse(body).transId)).toEqual([]);
    await until("the rejection to be counted", async () => {
      const found = await testStack.sql`
          select 1 from inbox.rejections where provider = 'fapshi' and reason = 'transaction_unknown'`;
      return found.length > 0;
    });
  });

  test("that claims more than Fapshi knows of moves what Fapshi knows of", async () => {
    const sale = await aSaleAt("fapshi");
    const truth = paymentEvent("fapshi", "captured", sale, { amount: 100 });
    testStack.stack.providers.fapshi.put(truth);
    const claim = paymentEvent("fapshi", "captured", sale);
    expect((await post(testStack, "fapshi", claim)).status).toBe(200);
    const [payment] = await testStack.sql`
        select amount_minor::int, needs_review from public.payments where checkout_session_id = ${sale.checkout}`;
    expect(payment).toEqual({ amount_minor: 100, needs_review: true });
    const [kept] = await event(JSON.parse(claim).transId);
    expect(kept!.body).toBe(claim);
    expect(JSON.parse(kept!.confirmation as string)).toMatchObject({ amount: 100 });
  });

  test("that claims success before there is any does not hide the success that comes", async () => {
    const sale = await aSaleAt("fapshi");
    testStack.stack.providers.fapshi.put(paymentEvent("fapshi", "pending", sale));
    const claim = paymentEvent("fapshi", "captured", sale);
    await post(testStack, "fapshi", claim);
    expect(await testStack.sql`select 1 from public.orders where checkout_session_id = ${sale.checkout}`).toHaveLength(
      0,
    );
    testStack.stack.providers.fapshi.put(claim);
    await post(testStack, "fapshi", claim);
    expect(await testStack.sql`select 1 from public.orders where checkout_session_id = ${sale.checkout}`).toHaveLength(
      1,
    );
  });

  test("without the secret is turned away before anybody is asked", async () => {
    const before = testStack.stack.providers.fapshi.asked.length;
    const body = fapshiEvent("SUCCESSFUL");
    const response = await fetch(`${testStack.stack.functionsUrl}/fapshi`, {
      method: "POST",
      body,
      headers: fapshiHeaders(body, "guessed"),
    });
    expect(response.status).toBe(401);
    expect(testStack.stack.providers.fapshi.asked.length).toBe(before);
  });
});

describe("Whop", () => {
  test("a membership is active, then over, and its member hears of it", async () => {
    const buyer = await aBuyer(testStack);
    const name = crypto.randomUUID();
    const joined = whopEvent("membership.activated", { "data.user.email": buyer.email }, name);
    await post(testStack, "whop", joined);
    const { id } = JSON.parse(joined).data;
    const membership = async () =>
      (await testStack.sql`select status, user_id from public.memberships where provider_ref = ${id}`)[0];
    expect(await membership()).toEqual({ status: "active", user_id: buyer.id });
    await post(testStack, "whop", whopEvent("membership.deactivated", { "data.user.email": buyer.email }, name));
    expect(await membership()).toMatchObject({ status: "cancelled" });
    const { data } = await buyer.client.from("memberships").select("status");
    expect(data).toEqual([{ status: "cancelled" }]);
    await buyer.client.removeAllChannels();
  });

  test("a credit pack gives its credits once, needs no review, and a full refund takes them back", async () => {
    const buyer = await aBuyer(testStack);
    const name = crypto.randomUUID();
    const set = {
      "data.user.email": buyer.email,
      "data.metadata": { type: "credit_pack", packId: "pack_9", credits: 250 },
    };
    const paid = whopEvent("payment.succeeded", set, name);
    // The pack is on sale in every currency that the simulator might pay in.
    await testStack.sql`
      insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
      select 'whop', 'pack_9', '250 credits', 250, 4900, c from unnest(array['EUR', 'USD']) c`;
    await Promise.all([
      post(testStack, "whop", paid),
      post(testStack, "whop", paid),
      post(testStack, "whop", whopEvent("payment.succeeded", set, name)),
    ]);
    const balance = async () =>
      (await buyer.client.from("credit_ledger").select("credits")).data!.map(({ credits }) => credits);
    expect(await balance()).toEqual([250]);
    const { id } = JSON.parse(paid).data;
    const [payment] =
      await testStack.sql`select status, needs_review, credits from public.payments where provider_ref = ${id}`;
    expect(payment).toEqual({ status: "captured", needs_review: false, credits: 250 });
    await post(testStack, "whop", whopEvent("refund.updated", { "data.status": "succeeded" }, name));
    expect((await balance()).sort()).toEqual([-250, 250]);
  });

  test("a GET, which Whop sends to see whether somebody is there, is answered 200", async () => {
    const response = await fetch(`${testStack.stack.functionsUrl}/whop`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });
});

describe("Fathom", () => {
  test("a recorded meeting becomes the recap of its session, and tutor and student are notified once", async () => {
    const [tutor, student] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    const people = {
      "recorded_by.email": tutor.email,
      calendar_invitees: [
        { name: "Student", email: student.email.toUpperCase(), email_domain: "example.com", is_external: true },
      ],
    };
    const body = fathomEvent("new_meeting_content_ready", people, crypto.randomUUID());
    const meeting = JSON.parse(body);
    const [session] = await testStack.sql`
      insert into public.tutoring_sessions (title, tutor_email, student_email, starts_at, ends_at)
      values ('Maths', ${tutor.email}, ${student.email}, ${meeting.scheduled_start_time}, ${meeting.scheduled_end_time})
        returning id`;
    for (let i = 0; i < 3; i++) expect((await post(testStack, "fathom", body)).status).toBe(200);
    await post(
      testStack,
      "fathom",
      fathomEvent("new_meeting_content_ready", { ...people, recording_id: meeting.recording_id }, crypto.randomUUID()),
    );

    const [recap] = await testStack.sql`select id, tutoring_session_id from public.session_recaps
        where provider_ref = ${String(meeting.recording_id)}`;
    expect(recap!.tutoring_session_id).toBe(session!.id);
    for (const person of [tutor, student]) {
      const { data } = await person.client.from("notifications").select("kind");
      expect(data).toEqual([{ kind: "recap_ready" }]);
      expect((await person.client.from("session_recaps").select("id")).data).toEqual([{ id: recap!.id }]);
    }
    const stranger = await aBuyer(testStack);
    expect((await stranger.client.from("session_recaps").select("id")).data).toEqual([]);
  });

  test("a transcript of 5 MB is taken whole", async () => {
    const line = {
      speaker: { display_name: "Rita Ünïcode", matched_calendar_invitee_email: null },
      text: "é☕ ".repeat(100),
      timestamp: "00:01:02",
    };
    const transcript = Array.from({ length: 9000 }, () => line);
    const body = fathomEvent("new_meeting_content_ready", { transcript }, crypto.randomUUID());
    expect(new TextEncoder().encode(body).length).toBeGreaterThan(5_000_000);
    const response = await post(testStack, "fathom", body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: "applied" }]);
    const [row] = await testStack.sql`
      select jsonb_array_length(t.transcript) as lines from public.session_transcripts t join public.session_recaps r
        on r.id = t.session_recap_id
      where r.provider_ref = ${String(JSON.parse(body).recording_id)}`;
    expect(row).toEqual({ lines: 9000 });
    const heavy = await testStack.sql`select 1 from outbox.messages where length(payload) > 300000`;
    expect(heavy).toHaveLength(0);
  });
});

describe("a valid signature of another provider", () => {
  test.each([
    ["stripe", "whop"],
    ["whop", "fathom"],
    ["fathom", "whop"],
    ["fathom", "stripe"],
    ["stripe", "paypal"],
    ["whop", "fapshi"],
  ] as const)("%s's is worth nothing at %s", async (from, to) => {
    const body =
      from === "fathom"
        ? fathomEvent("new_meeting_content_ready")
        : paymentEvent(from, "captured", await aSaleAt(from));
    const response = await fetch(`${testStack.stack.functionsUrl}/${to}`, {
      method: "POST",
      body,
      headers: await signatures(testStack, from, body),
    });
    expect(response.status).toBe(401);
  });
});
