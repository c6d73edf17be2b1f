/** What PayPal's API is asked about an event, since its signature is over no more than a CRC-32 of the body. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { paypal } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import { createPaypal, type PaypalStandIn } from "../../../../local/providers/paypal.ts";
import { paypalEvent } from "../../../../simulator/providers/paypal.ts";

const ENV: Record<string, string> = {
  PAYPAL_BASE_URL: "http://127.0.0.1:9/paypal",
  PAYPAL_CLIENT_ID: "id",
  PAYPAL_CLIENT_SECRET: "secret",
};
let standIn: PaypalStandIn;
beforeEach(() => {
  standIn = createPaypal();
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    const request = new Request(url, options);
    return standIn.handle(request, new URL(request.url).pathname.replace("/paypal", "") + new URL(request.url).search);
  });
});
afterEach(() => vi.unstubAllGlobals());

const confirm = (body: string, env: Record<string, string> = ENV) =>
  paypal.confirm(JSON.parse(body), (name) => env[name], new AbortController().signal);
const paid = (set: object = {}) => paypalEvent("PAYMENT.CAPTURE.COMPLETED", { ...set });

test("an event about money must be confirmed, one that nobody acts on need not", () => {
  expect(paypal.mustConfirm(JSON.parse(paid()))).toBe(true);
  expect(paypal.mustConfirm({ event_type: "BILLING.PLAN.CREATED", resource: {} })).toBe(false);
});

describe("an event is", () => {
  test("confirmed when PayPal has it, and read as PayPal has it", async () => {
    const body = paid();
    standIn.put(body);
    const forged = JSON.stringify({ ...JSON.parse(body), resource: { id: "FORGED" } });
    expect(await confirm(forged)).toMatchObject({ outcome: "confirmed", event: JSON.parse(body) });
  });
  test("unknown when PayPal has none of that id, whatever its signature", async () => {
    expect(await confirm(paid())).toMatchObject({ outcome: "unknown", refusal: { code: "event_unknown" } });
  });
  test("confirmed by its capture once PayPal no longer keeps the event", async () => {
    const body = paid();
    standIn.put(body);
    const older = JSON.stringify({ ...JSON.parse(body), id: "WH-OLDER" });
    expect(await confirm(older)).toMatchObject({ outcome: "confirmed", event: { id: "WH-OLDER" } });
  });
  test("not confirmed by a capture of another amount or checkout", async () => {
    const body = paid();
    standIn.put(body);
    for (const change of [{ amount: { value: "1.00", currency_code: "EUR" } }, { custom_id: crypto.randomUUID() }]) {
      const event = JSON.parse(body);
      const forged = JSON.stringify({ ...event, id: "WH-OTHER", resource: { ...event.resource, ...change } });
      expect(await confirm(forged)).toMatchObject({ outcome: "unknown" });
    }
  });
  test("kept, and asked about again, while PayPal does not answer", async () => {
    standIn.fail({ kind: "500", times: 10 });
    expect(await confirm(paid())).toMatchObject({ outcome: "unanswered" });
  });
  test("kept, and not read as what PayPal answers without an id or about another event", async () => {
    const [body, other] = [paid(), paid()];
    for (const text of [body, other]) standIn.put(text);
    standIn.fail({ kind: "wrong shape", path: "/v1/notifications/webhooks-events" });
    expect(await confirm(body)).toMatchObject({
      outcome: "unanswered",
      why: expect.stringContaining("without an id"),
    });
    const { handle } = standIn;
    standIn.handle = (request, path) => handle(request, path.replace(JSON.parse(body).id, JSON.parse(other).id));
    expect(await confirm(body)).toMatchObject({ outcome: "unanswered", why: expect.stringContaining("of another") });
  });
  test("kept until the credentials are there by which PayPal can be asked", async () => {
    const answer = await confirm(paid(), { ...ENV, PAYPAL_CLIENT_ID: "" });
    expect(answer).toMatchObject({ outcome: "unanswered", why: expect.stringContaining("PAYPAL_CLIENT_ID not set") });
  });
});
