/** A genuine message of PayPal's, seen once, fits any body with the same CRC-32: it must move nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { crc32 } from "../../../functions/_shared/crypto/crc32.ts";
import { retryUnconfirmed } from "../../../functions/_shared/inbound/retry_unconfirmed.ts";
import {
  aSale,
  paymentEvent,
  post,
  signatures,
  startTestStack,
  type TestStack,
  testRuntime,
  until,
} from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
});
afterAll(() => testStack?.stop());

const bytes = (text: string) => new TextEncoder().encode(text);

/**
 * `body` with a member `"x"` whose 40 characters give it the CRC-32 `wanted`. A CRC is linear: each character chooses
 * between two, whose difference is the same whatever the others are, and Gauss finds the choice.
 */
function withCrc(body: string, wanted: number): string {
  const at = body.lastIndexOf("}");
  const make = (choice: string) => `${body.slice(0, at)},"x":"${choice}"}`;
  const plain = make("a".repeat(40));
  const base = crc32(bytes(plain));
  const rows = Array.from({ length: 40 }, (_, i) => {
    const changed = `${"a".repeat(i)}b${"a".repeat(39 - i)}`;
    return { difference: (crc32(bytes(make(changed))) ^ base) >>> 0, uses: 1n << BigInt(i) };
  });
  let [left, uses] = [(base ^ wanted) >>> 0, 0n];
  const pool = [...rows];
  for (let bit = 31; bit >= 0; bit--) {
    const mask = 2 ** bit;
    const has = (value: number) => Math.floor(value / mask) % 2 === 1;
    const pivot = pool.findIndex(({ difference }) => has(difference));
    if (pivot < 0) continue;
    const [row] = pool.splice(pivot, 1);
    for (const other of pool) {
      if (!has(other.difference)) continue;
      other.difference = (other.difference ^ row!.difference) >>> 0;
      other.uses ^= row!.uses;
    }
    if (has(left)) [left, uses] = [(left ^ row!.difference) >>> 0, uses ^ row!.uses];
  }
  expect(left).toBe(0);
  return make(Array.from({ length: 40 }, (_, i) => ((uses >> BigInt(i)) & 1n ? "b" : "a")).join(""));
}

test("another body under a genuine signature makes no payment and no order", async () => {
  const genuine = paymentEvent("paypal", "captured", await aSale(testStack));
  const headers = await signatures(testStack, "paypal", genuine);
  const victim = await aSale(testStack);
  const claimed = paymentEvent("paypal", "captured", victim);
  const forged = withCrc(claimed, crc32(bytes(genuine)));
  expect(crc32(bytes(forged))).toBe(crc32(bytes(genuine)));

  const response = await fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body: forged });

  expect([response.status, await response.json()]).toMatchObject([401, { error: "event_unknown" }]);
  const rows = await testStack.sql`
    select 1 from public.payments where checkout_session_id = ${victim.checkout}
    union all select 1 from public.orders where checkout_session_id = ${victim.checkout}`;
  expect([...rows]).toEqual([]);
});

test("another body of a type that nobody acts on is refused under a signature that was seen, and not forwarded", async () => {
  const genuine = unacted("WH-GENUINE");
  const headers = await signatures(testStack, "paypal", genuine);
  const send = async (body: string) => {
    const response = await fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body });
    return [response.status, (await response.json()) as { error?: string; status?: string }] as const;
  };
  expect(await send(genuine)).toMatchObject([200, { status: "ignored" }]);
  const forged = withCrc(unacted("WH-FORGED"), crc32(bytes(genuine)));
  expect(await send(forged)).toMatchObject([401, { error: "transmission_reused" }]);
  expect(await send(genuine)).toMatchObject([200, { duplicate: true }]);
  const kept = await testStack.sql`
    select provider_event_id as id from inbox.events where provider_event_id in ('WH-GENUINE', 'WH-FORGED')`;
  expect([...kept]).toEqual([{ id: "WH-GENUINE" }]);
});

const unacted = (id: string) =>
  JSON.stringify({ id, event_type: "BILLING.PLAN.CREATED", create_time: new Date().toISOString(), resource: {} });

/** Sends another body of a type that nobody acts on under the signature of `genuine`, and returns the answer. */
async function sendForged(genuine: string, headers: Record<string, string>, id: string) {
  const body = withCrc(unacted(id), crc32(bytes(genuine)));
  const response = await fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body });
  return [response.status, (await response.json()) as { error?: string; status?: string }] as const;
}

test("another body of a type that nobody acts on is refused under the signature of a payment", async () => {
  const genuine = paymentEvent("paypal", "captured", await aSale(testStack));
  testStack.stack.providers.paypal.put(genuine);
  const headers = await signatures(testStack, "paypal", genuine);
  const send = () => fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body: genuine });
  expect((await send()).status).toBe(200);
  expect(await sendForged(genuine, headers, "WH-INVENTED")).toMatchObject([401, { error: "transmission_reused" }]);
  expect(await testStack.sql`select 1 from inbox.events where provider_event_id = 'WH-INVENTED'`).toHaveLength(0);
  expect(await (await send()).json()).toMatchObject({ duplicate: true });
});

test("and under the signature of a payment that was confirmed later", async () => {
  const genuine = paymentEvent("paypal", "captured", await aSale(testStack));
  const { id } = JSON.parse(genuine);
  testStack.stack.providers.paypal.put(genuine);
  testStack.stack.providers.paypal.fail({ kind: "500", path: `/v1/notifications/webhooks-events/${id}`, times: 3 });
  const headers = await signatures(testStack, "paypal", genuine);
  const response = await fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body: genuine });
  expect([response.status, await response.json()]).toMatchObject([200, { status: "ignored" }]);
  const runtime = testRuntime(testStack);
  await until("it is confirmed", async () => {
    await testStack.sql`update inbox.events set next_attempt_at = now() where provider_event_id = ${id}`;
    return (await retryUnconfirmed(runtime)) > 0;
  });
  await runtime.database.close();
  expect(await sendForged(genuine, headers, "WH-INVENTED")).toMatchObject([401, { error: "transmission_reused" }]);
});

test("another body that came first, under its id, does not keep the genuine one out", async () => {
  const sale = await aSale(testStack);
  const genuine = paymentEvent("paypal", "captured", sale);
  const { id } = JSON.parse(genuine);
  testStack.stack.providers.paypal.put(genuine);
  const headers = await signatures(testStack, "paypal", genuine);
  expect(await sendForged(genuine, headers, id)).toMatchObject([200, { status: "ignored" }]);
  const response = await fetch(`${testStack.stack.functionsUrl}/paypal`, { method: "POST", headers, body: genuine });
  expect([response.status, await response.json()]).toMatchObject([200, { status: "applied" }]);
  const orders = await testStack.sql`select 1 from public.orders where checkout_session_id = ${sale.checkout}`;
  expect(orders).toHaveLength(1);
});

test("the genuine one does", async () => {
  const sale = await aSale(testStack);
  const response = await post(testStack, "paypal", paymentEvent("paypal", "captured", sale));
  expect([response.status, await response.json()]).toMatchObject([200, { status: "applied" }]);
  const [event] =
    await testStack.sql`select trust, headers from inbox.events where provider = 'paypal' order by id desc limit 1`;
  expect(event!.trust).toBe("confirmed");
  expect(Object.keys(event!.headers)).not.toContain("paypal-transmission-sig");
});
