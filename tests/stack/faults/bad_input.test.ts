import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeEvent, makeHeaders } from "../../../simulator/providers/make.ts";
import { stripeHeaders } from "../../../simulator/providers/stripe.ts";
import { aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({
    env: { STRIPE_WEBHOOK_SECRET: "whsec_old_one whsec_new_one", MAKE_WEBHOOK_SECRET: "a-secret-of-makes" },
  });
});
afterAll(() => testStack?.stop());

const SECRET = "whsec_new_one";
const url = () => `${testStack.stack.functionsUrl}/stripe`;
const post = (body: BodyInit, headers: Record<string, string> = {}) => fetch(url(), { method: "POST", body, headers });
const signed = (body: string, secret = SECRET, now?: number) => post(body, stripeHeaders(body, secret, now));
const stored = async (like: string) =>
  (await testStack.sql`select count(*)::int as n from inbox.events where body like ${`%${like}%`}`)[0]!.n;

async function anEvent(): Promise<{ body: string; id: string }> {
  const body = saleEvent(await aSale(testStack), "checkout.session.completed");
  return { body, id: JSON.parse(body).id };
}

describe("a request that is not authentic", () => {
  const skew = (seconds: number) => Date.now() + seconds * 1000;
  test.each<[string, string, (body: string) => Promise<Response>]>([
    ["without a signature", "signature_missing", (body) => post(body)],
    ["with a signature that is none", "signature_malformed", (body) => post(body, { "stripe-signature": "hello" })],
    ["signed with another secret", "signature_wrong", (body) => signed(body, "whsec_stranger")],
    [
      "whose body was altered",
      "signature_wrong",
      (body) => post(body.replace("4900", "1"), stripeHeaders(body, SECRET)),
    ],
    ["that was cut short", "signature_wrong", (body) => post(body.slice(0, -10), stripeHeaders(body, SECRET))],
    ["signed 400 s ago", "timestamp_too_old", (body) => signed(body, SECRET, skew(-400))],
    ["dated 400 s ahead", "timestamp_in_future", (body) => signed(body, SECRET, skew(400))],
  ])("%s is answered 401 %s, and not stored", async (_, code, send) => {
    const { body, id } = await anEvent();
    const response = await send(body);
    expect(response.status).toBe(401);
    const answer = (await response.json()) as { error: string; message: string };
    expect(answer.error).toBe(code);
    expect(answer.message.length).toBeGreaterThan(20);
    expect(JSON.stringify(answer)).not.toContain("whsec_new");
    expect(await stored(id)).toBe(0);
    await until("the rejection to be counted", async () => {
      const [row] = await testStack.sql`
          select sum(count)::int as n from inbox.rejections where provider = 'stripe' and reason = ${code}`;
      return row!.n > 0;
    });
  });

  test("its rejection keeps no body", async () => {
    await post("my card number is 4242", { "stripe-signature": "t=1,v1=00" });
    const rows = await until("a rejection", async () => {
      const found = await testStack.sql`select sample::text from inbox.rejections`;
      return found.length > 0 && found;
    });
    expect(rows.every(({ sample }) => !sample.includes("4242"))).toBe(true);
  });

  test("the clock's difference is told in seconds", async () => {
    const { body } = await anEvent();
    const { message } = (await (await signed(body, SECRET, skew(-400))).json()) as { message: string };
    expect(message).toMatch(/40\d s old/);
  });
});

describe("an authentic request", () => {
  test("is accepted by either of two secrets", async () => {
    for (const secret of ["whsec_old_one", "whsec_new_one"]) {
      const { body } = await anEvent();
      expect((await signed(body, secret)).status).toBe(200);
    }
  });

  test.each([
    ["text", "not json"],
    ["empty", ""],
    ["cut short", '{"id": "evt_1", "type": "char'],
  ])("whose body is %s is answered 400", async (_, body) => {
    const response = await signed(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "body_not_json" });
  });

  test("larger than the limit is answered 413, however it is sent", async () => {
    const body = JSON.stringify({ id: "evt_large", padding: "x".repeat(1_100_000) });
    const whole = await signed(body);
    expect(whole.status).toBe(413);
    const streamed = await fetch(url(), {
      method: "POST",
      body: new Blob([body]).stream(),
      headers: stripeHeaders(body, SECRET),
      duplex: "half",
    } as RequestInit);
    expect(streamed.status).toBe(413);
  });

  test("just within the limit is taken", async () => {
    const body = saleEvent(await aSale(testStack), "customer.created", {
      "data.object.description": "é".repeat(500_000),
    });
    expect(body.length).toBeLessThan(1_048_576);
    expect((await signed(body)).status).toBe(200);
  });

  test("of an unknown type is kept and ignored", async () => {
    const body = saleEvent(await aSale(testStack), "customer.created", { type: "some.new.thing" });
    const response = await signed(body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: "ignored" }]);
  });

  test.each([
    ["without its currency", { "data.object.currency": null }, /currency/],
    ["with an amount in words", { "data.object.amount_total": "forty-nine" }, /amount_total/],
    ["with a negative amount", { "data.object.amount_total": -4900 }, /amount_total/],
    ["without an object", { "data.object": 7 }, /data\.object/],
  ])("of a known type %s is answered 200, kept as failed, and says which field", async (_, set, reason) => {
    const sale = await aSale(testStack);
    const id = `evt_${crypto.randomUUID()}`;
    const body = saleEvent(sale, "checkout.session.completed", { id });
    const odd = JSON.parse(body);
    for (const [path, value] of Object.entries(set)) {
      const steps = path.split(".");
      const last = steps.pop()!;
      steps.reduce((at, step) => at[step], odd)[last] = value;
    }
    const response = await signed(JSON.stringify(odd));
    expect([response.status, await response.json()]).toMatchObject([200, { status: "failed" }]);
    const [event] = await testStack.sql`
        select error, next_attempt_at > now() as later from inbox.events where body like ${`%${id}%`}`;
    expect(event!.error).toMatch(reason);
    expect(event!.later).toBe(true);
  });

  test.each(["[]", "null", '"x"', "{}", "5"])(
    "that is JSON but no event (%s) is answered 200 and kept",
    async (body) => {
      const response = await signed(body);
      expect([response.status, await response.json()]).toMatchObject([200, { status: "failed" }]);
    },
  );

  test("with text Postgres cannot store is taken all the same", async () => {
    const sale = await aSale(testStack);
    const body = saleEvent(sale, "payment_intent.payment_failed", {
      "data.object.last_payment_error.message": "nul:\0 half:\ud800 ok",
    });
    const response = await signed(body);
    expect([response.status, await response.json()]).toMatchObject([200, { status: "applied" }]);
  });

  test.each(["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00"])(
    "of a time that Postgres does not have (%s) is answered 200 and kept",
    async (occurred_at) => {
      const body = makeEvent("form.submitted", { occurred_at }, crypto.randomUUID());
      const response = await fetch(`${testStack.stack.functionsUrl}/make`, {
        method: "POST",
        body,
        headers: makeHeaders("a-secret-of-makes"),
      });
      expect([response.status, await response.json()]).toMatchObject([
        200,
        { status: "failed", error: expect.stringContaining("occurred_at") },
      ]);
    },
  );

  test("keeps its body byte for byte", async () => {
    const id = `evt_${crypto.randomUUID()}`;
    const body = `{ "type":"some.thing",\r\n\t"id" : "${id}", "data":{"object":{"b":1.0,"a":"\\u00e9é\\/☕"}} ,"created":1795158000}\n`;
    expect((await signed(body)).status).toBe(200);
    const [event] = await testStack.sql`select body from inbox.events where provider_event_id = ${id}`;
    expect(event!.body).toBe(body);
  });
});

test.each(["GET", "PUT", "DELETE"])("%s is answered 405 and told what to send", async (method) => {
  const response = await fetch(url(), { method });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
});

test("an endpoint whose secret is not set asks the sender to come again, for it cannot know whom it turns away", async () => {
  const bare = await startTestStack({ env: { STRIPE_WEBHOOK_SECRET: "" }, background: { cron: false, pgNet: false } });
  try {
    const response = await postStripe({ ...bare, env: { STRIPE_WEBHOOK_SECRET: SECRET } }, "{}");
    expect([response.status, await response.json()]).toMatchObject([503, { error: "secret_not_configured" }]);
  } finally {
    await bare.stop();
  }
});

test("the dispatch function answers nobody but the database", async () => {
  for (const body of [
    "",
    "{}",
    '{"expires_at":9999999999,"nonce":"x","signature":"00"}',
    '{"expires_at":1e99,"nonce":1,"signature":[]}',
  ]) {
    const response = await fetch(`${testStack.stack.functionsUrl}/dispatch`, { method: "POST", body });
    expect([response.status, await response.json()]).toMatchObject([401, { error: "bell_not_genuine" }]);
  }
});
