/** PayPal's API over HTTP: the client, signature verification by PayPal, the history, and the stand-in. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { readProviderMessage } from "../../../../functions/_shared/inbound/receive_provider_message.ts";
import { captureAsEvent, openPaypal, orderAsEvent } from "../../../../functions/_shared/providers/paypal/api.ts";
import { paypalHistory } from "../../../../functions/_shared/providers/paypal/history.ts";
import { paypal } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import type { ProviderMessage } from "../../../../functions/_shared/providers/provider_history.ts";
import {
  CERTIFICATE_PATH,
  captureIdOf,
  createPaypal,
  DEVELOPMENT_ROOT,
  type PaypalStandIn,
} from "../../../../local/providers/paypal.ts";
import { paypalEvent, paypalHeaders } from "../../../../simulator/providers/paypal.ts";
import { mounted } from "../../mounted.ts";
import { timeout } from "../../signals.ts";
import { translate } from "../translate.ts";

const WEBHOOK = "1JE4291016473214C";

let standIn: PaypalStandIn;
let base: string;
let stop: () => Promise<void>;
let settings: Record<string, string>;
const env = (name: string) => settings[name];

beforeEach(async () => {
  standIn = createPaypal();
  ({ url: base, stop } = await mounted({ paypal: standIn }));
  settings = {
    PAYPAL_BASE_URL: base,
    PAYPAL_CLIENT_ID: "a client",
    PAYPAL_CLIENT_SECRET: "sécret", // encoded in UTF-8 (RFC 7617)
    PAYPAL_WEBHOOK_ID: WEBHOOK,
    PAYPAL_VERIFY: "api",
    PAYPAL_TRUSTED_ROOTS: DEVELOPMENT_ROOT,
  };
});
afterEach(async () => {
  vi.useRealTimers();
  await stop();
});

const paths = () => standIn.asked.map(({ method, path }) => `${method} ${path}`);
const requestsTo = (path: string) => standIn.asked.filter((one) => one.path.startsWith(path));
const ORDER = "/v2/checkout/orders/5O190127TN364715T";

/** Puts an order that is approved by the buyer. Returns its id. */
function approved(sale = "sale", set = {}): string {
  const body = paypalEvent("CHECKOUT.ORDER.APPROVED", set, sale);
  standIn.put(body);
  return JSON.parse(body).resource.id;
}

describe("the access token", () => {
  test("is requested once with id and secret for parallel calls, and sent with every call", async () => {
    const id = approved();
    const api = openPaypal(env);
    await Promise.all([api.getOrder(id), api.getOrder(id), openPaypal(env).getOrder(id)]);
    const [token, ...more] = requestsTo("/v1/oauth2/token");
    expect(more).toEqual([]);
    expect(token!.headers.get("authorization")).toBe(`Basic ${Buffer.from("a client:sécret").toString("base64")}`);
    expect(token!.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(token!.body).toBe("grant_type=client_credentials");
    expect(new Set(requestsTo("/v2/").map(({ headers }) => headers.get("authorization")))).toEqual(
      new Set(["Bearer A21AA_stand_in_1"]),
    );
  });
  test("is requested separately for another app", async () => {
    const id = approved();
    await openPaypal(env).getOrder(id);
    settings.PAYPAL_CLIENT_ID = "another";
    await openPaypal(env).getOrder(id);
    expect(requestsTo("/v1/oauth2/token")).toHaveLength(2);
  });
  test("is requested again one minute before it expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const id = approved();
    await openPaypal(env).getOrder(id);
    vi.setSystemTime(Date.now() + (32_400 - 61) * 1000);
    await openPaypal(env).getOrder(id);
    expect(requestsTo("/v1/oauth2/token")).toHaveLength(1);
    vi.setSystemTime(Date.now() + 2000);
    await openPaypal(env).getOrder(id);
    expect(requestsTo("/v1/oauth2/token")).toHaveLength(2);
  });
  test("that was revoked is replaced once, and the call is retried", async () => {
    const id = approved();
    await openPaypal(env).getOrder(id);
    standIn.expireTokens();
    expect((await openPaypal(env).getOrder(id)).status).toBe(200);
    expect(requestsTo("/v1/oauth2/token")).toHaveLength(2);
  });
  test("that is new and refused is not replaced again", async () => {
    const id = approved();
    const { handle } = standIn;
    standIn.handle = (request, path) => {
      if (path.startsWith("/v2")) standIn.expireTokens();
      return handle(request, path);
    };
    await expect(openPaypal(env).getOrder(id)).rejects.toMatchObject({ code: "unauthorized" });
    expect(requestsTo("/v2/")).toHaveLength(2);
  });
  test("that could not be requested is requested again by the next call", async () => {
    const id = approved();
    standIn.fail({ kind: "wrong shape", path: "/v1/oauth2/token" });
    await expect(openPaypal(env).getOrder(id)).rejects.toMatchObject({ code: "unexpected_answer" });
    expect((await openPaypal(env).getOrder(id)).status).toBe(200);
  });
  test("that does not arrive is not waited for beyond the timeout of the call", async () => {
    standIn.fail({ kind: "hang", path: "/v1/oauth2/token", times: 3 });
    await expect(openPaypal(env).getOrder(approved(), timeout(100))).rejects.toMatchObject({
      code: "no_answer",
      message: /given up/,
    });
  });
});

describe("a call", () => {
  test.each(["429", "500", "not json"] as const)("is retried after %s", async (kind) => {
    const id = approved();
    standIn.fail({ kind, path: "/v2" });
    expect((await openPaypal(env).getOrder(id)).status).toBe(200);
    expect(requestsTo("/v2")).toHaveLength(2);
  });
  test("fails with a temporary error when PayPal keeps answering 500", async () => {
    standIn.fail({ kind: "500", path: "/v2", times: 9 });
    await expect(openPaypal(env).getOrder(approved())).rejects.toMatchObject({ code: "unavailable", temporary: true });
  });
  test("that hangs ends at the timeout of its caller", async () => {
    standIn.fail({ kind: "hang", path: "/v2", times: 9 });
    await expect(openPaypal(env).getOrder(approved(), timeout(200))).rejects.toMatchObject({ code: "no_answer" });
  });
  test.each(["../v1/oauth2/token", "A/capture", "A?x", "", "A B", "É", "A".repeat(256)])(
    "is not made for the id %j",
    async (id) => {
      const api = openPaypal(env);
      await expect(api.getOrder(id)).rejects.toMatchObject({ code: "refused" });
      await expect(api.getCapture(id)).rejects.toMatchObject({ code: "refused" });
      await expect(api.captureOrder(id, "x")).rejects.toMatchObject({ code: "refused" });
      expect(standIn.asked).toEqual([]);
    },
  );
  test("for an id that PayPal does not have is not_found", async () => {
    await expect(openPaypal(env).getOrder("NOBODY")).rejects.toMatchObject({ code: "not_found" });
    await expect(openPaypal(env).getCapture("NOBODY")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("verify by PayPal's API", () => {
  const body =
    '{"id":"WH-1","links":[{"href":"https:\\/\\/api.paypal.com"}],  "n":1.10,"n":1e2,"s":"\\u20ac é 🎓"}\r\n';
  const verify = (
    rawBody: string | Uint8Array<ArrayBuffer> = body,
    headers = paypalHeaders(body, WEBHOOK, Date.now(), "https://x.example/any"),
  ) => paypal.verify({ headers: new Headers(headers), body: utf8(rawBody), now: Date.now(), env });
  const requests = () => requestsTo("/v1/notifications/verify-webhook-signature");

  test("sends the body byte for byte, and all documented fields", async () => {
    expect(await verify()).toEqual({ authentic: true, trust: "signed" });
    const [{ body: text, headers }] = requests() as [PaypalStandIn["asked"][0]];
    expect(text.endsWith(`,"webhook_event":${body}}`)).toBe(true);
    expect(headers.get("content-type")).toBe("application/json");
    const documented = JSON.parse(
      readFileSync(new URL("../../../fixtures/paypal/verify-webhook-signature.request.json", import.meta.url), "utf8"),
    );
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(Object.keys(documented).sort());
    expect(JSON.parse(text).webhook_id).toBe(WEBHOOK);
  });
  test("rejects FAILURE as signature_wrong", async () => {
    expect(await verify(body.replace("WH-1", "WH-2"))).toMatchObject({
      authentic: false,
      refusal: { code: "signature_wrong" },
    });
  });
  test("asks for each of two webhook ids", async () => {
    settings.PAYPAL_WEBHOOK_ID = `OTHER ${WEBHOOK}`;
    expect(await verify()).toEqual({ authentic: true, trust: "signed" });
    expect(requests()).toHaveLength(2);
    settings.PAYPAL_WEBHOOK_ID = "OTHER ANOTHER";
    expect(await verify()).toMatchObject({ refusal: { code: "signature_wrong" } });
  });

  test.each([
    ['{},"webhook_id":"MINE","webhook_event":{}'],
    ['{}},{"x":{}'],
    ['{"a":1'],
    ["null} {"],
    ["not json"],
    [""],
    ["\ufeff{}"],
  ])("rejects the body %j, which could inject fields, without a request", async (rawBody) => {
    expect(await verify(rawBody, paypalHeaders(rawBody, WEBHOOK))).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
    expect(standIn.asked).toEqual([]);
  });
  test("rejects a body that is not UTF-8, without a request", async () => {
    expect(await verify(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ refusal: { code: "signature_wrong" } });
    expect(standIn.asked).toEqual([]);
  });
  test("escapes a header that could inject fields", async () => {
    const headers = { ...paypalHeaders(body, WEBHOOK), "paypal-transmission-id": '","webhook_id":"MINE' };
    expect(await verify(body, headers)).toMatchObject({ refusal: { code: "signature_wrong" } });
    const sent = JSON.parse(requests()[0]!.body);
    expect(sent).toMatchObject({ webhook_id: WEBHOOK, transmission_id: headers["paypal-transmission-id"] });
  });

  test.each([
    ["is down", { kind: "500", path: "/v1/notifications", times: 9 }],
    ["limits the rate", { kind: "429", path: "/v1/notifications", times: 9 }],
    ["answers in another shape", { kind: "wrong shape", path: "/v1/notifications", times: 9 }],
    ["does not answer with JSON", { kind: "not json", path: "/v1/notifications", times: 9 }],
    ["gives no token", { kind: "500", path: "/v1/oauth2", times: 9 }],
  ] as const)("rejects for now when PayPal %s", async (_, fault) => {
    standIn.fail(fault);
    expect(await verify()).toMatchObject({ refusal: { code: "verification_unavailable", retryLater: true } });
  });
  test("rejects for now when PayPal cannot be reached", async () => {
    settings.PAYPAL_BASE_URL = "http://127.0.0.1:1";
    expect(await verify()).toMatchObject({ refusal: { code: "verification_unavailable", retryLater: true } });
  });
  test.each(["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"])(
    "rejects for now when %s is not set, and names it",
    async (name) => {
      settings[name] = "";
      const verdict = await verify();
      expect(verdict).toMatchObject({
        refusal: { code: "secret_not_configured", detail: expect.stringContaining(name), retryLater: true },
      });
    },
  );
});

test("verifies a webhook with the certificate that the stand-in serves", async () => {
  settings.PAYPAL_VERIFY = "certificate";
  const body = paypalEvent("PAYMENT.CAPTURE.COMPLETED");
  const headers = new Headers(paypalHeaders(body, WEBHOOK, Date.now(), base + CERTIFICATE_PATH));
  const verify = (text: string) => paypal.verify({ headers, body: utf8(text), now: Date.now(), env });
  expect(await verify(body)).toEqual({ authentic: true, trust: "signed" });
  expect(await verify(`${body} `)).toMatchObject({ refusal: { code: "signature_wrong" } });
  expect(paths()).toEqual([`GET ${CERTIFICATE_PATH}`]);
});

describe("listSince", () => {
  const HOUR = 3_600_000;
  const AT = Date.parse("2026-11-20T12:00:00Z");
  const SINCE = new Date(AT - HOUR);
  const UNTIL = new Date(AT + HOUR);
  const putCaptures = (n: number, at = AT) => {
    const bodies = Array.from({ length: n }, (_, i) =>
      paypalEvent("PAYMENT.CAPTURE.COMPLETED", { create_time: new Date(at + i).toISOString() }),
    );
    for (const body of bodies) standIn.put(body);
    return bodies;
  };
  async function listed(since = SINCE, until = UNTIL, signal = timeout()): Promise<ProviderMessage[][]> {
    const pages: ProviderMessage[][] = [];
    for await (const page of paypalHistory.listSince(env, since, until, signal)) pages.push(page);
    return pages;
  }
  const ids = (message: { text: string }[]) => message.map(({ text }) => JSON.parse(text).id).sort();

  test("lists every event once, in pages, with the ids and bodies of the webhooks", async () => {
    const bodies = putCaptures(230);
    const pages = await listed();
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
    expect(ids(pages.flat())).toEqual(ids(bodies.map((text) => ({ text }))));
    expect(pages.flat().map(({ text }) => text)).toContain(bodies[0]);
  });
  test("lists only the events of the window", async () => {
    putCaptures(1, AT - 2 * HOUR);
    putCaptures(1, AT + 2 * HOUR);
    const bodies = putCaptures(1);
    expect((await listed()).flat()).toEqual([{ event: JSON.parse(bodies[0]!), text: bodies[0] }]);
    expect(paths()).toContain(
      "GET /v1/notifications/webhooks-events" +
        "?start_time=2026-11-20T11%3A00%3A00.000Z&end_time=2026-11-20T13%3A00%3A00.000Z&page_size=100",
    );
  });
  test("lists nothing when there are no events", async () => expect((await listed()).flat()).toEqual([]));
  test.each(["429", "500", "not json"] as const)("retries a page after %s", async (kind) => {
    const bodies = putCaptures(230);
    const history = paypalHistory.listSince(env, SINCE, UNTIL, timeout());
    const found: ProviderMessage[] = [];
    for await (const page of history) {
      found.push(...page);
      if (found.length === 100) standIn.fail({ kind, path: "/v1/notifications" });
    }
    expect(ids(found)).toEqual(ids(bodies.map((text) => ({ text }))));
  });
  test("throws when PayPal answers in another shape", async () => {
    standIn.fail({ kind: "wrong shape", path: "/v1/notifications" });
    await expect(listed()).rejects.toMatchObject({
      code: "unexpected_answer",
      message: /events: expected a list, found nothing/,
    });
  });
  test("throws at the timeout when PayPal hangs", async () => {
    standIn.fail({ kind: "hang", path: "/v1/notifications" });
    await expect(listed(SINCE, UNTIL, timeout(200))).rejects.toMatchObject({ code: "no_answer" });
  });

  /** Answers the list with this link to the next page. */
  const answerWithNext = (href: string) => {
    const { handle } = standIn;
    standIn.handle = async (request, path) => {
      if (!path.startsWith("/v1/notifications")) return await handle(request, path);
      standIn.asked.push({ method: request.method, path, headers: request.headers, body: "" });
      return Response.json({ events: [{ id: "WH-1" }], count: 1, links: [{ rel: "next", href }] });
    };
  };
  test.each(["https://evil.com/v1/notifications/webhooks-events?page=2", "/v1/notifications/webhooks-events?page=2"])(
    "follows the path of the link %s on our own base URL",
    async (href) => {
      answerWithNext(href);
      await expect(listed()).rejects.toMatchObject({ message: /leads back to itself/ });
      expect(paths().at(-1)).toBe("GET /v1/notifications/webhooks-events?page=2");
    },
  );
  test.each(["https://api-m.paypal.com/v1/oauth2/token", "https://api-m.paypal.com/", "http://["])(
    "rejects the link %s",
    async (href) => {
      answerWithNext(href);
      await expect(listed()).rejects.toMatchObject({ code: "unexpected_answer" });
      expect(requestsTo("/v1/notifications")).toHaveLength(1);
    },
  );
});

describe("getStatus", () => {
  const statusOf = async (kind: "payment" | "approval", ref: string) => {
    const message = await paypalHistory.getStatus!(env, { kind, ref }, timeout());
    if (!message) return null;
    const event = JSON.parse(message.text);
    return { envelope: paypal.read(event, new Headers()), facts: translate(paypal, event), text: message.text };
  };
  const putCapture = (status: string, type = "COMPLETED") => {
    const body = paypalEvent(`PAYMENT.CAPTURE.${type}`, {
      "resource.status": status,
      "resource.update_time": "2026-11-20T10:00:00Z",
    });
    standIn.put(body);
    return JSON.parse(body).resource;
  };

  test.each([
    ["COMPLETED", "PAYMENT.CAPTURE.COMPLETED", "payment.captured"],
    ["PARTIALLY_REFUNDED", "PAYMENT.CAPTURE.COMPLETED", "payment.captured"],
    ["REFUNDED", "PAYMENT.CAPTURE.COMPLETED", "payment.captured"],
    ["PENDING", "PAYMENT.CAPTURE.PENDING", "payment.pending"],
    ["DECLINED", "PAYMENT.CAPTURE.DECLINED", "payment.failed"],
    ["FAILED", "PAYMENT.CAPTURE.DECLINED", "payment.failed"],
  ])("returns a capture that is %s as %s", async (status, type, fact) => {
    const { id } = putCapture(status);
    const message = await statusOf("payment", id);
    expect(message!.envelope).toEqual({
      id: `confirmed:capture:${id}:${status}`,
      type,
      occurredAt: "2026-11-20T10:00:00.000Z",
      subject: id,
      version: "2.0",
    });
    expect(message!.facts).toMatchObject([{ type: fact, provider_ref: id, amount_minor: 4900 }]);
  });
  test("returns a capture with an unknown status, which has no facts", async () => {
    expect((await statusOf("payment", putCapture("NEW").id))!.facts).toEqual([]);
  });

  test("returns an order that is still approved", async () => {
    const id = approved();
    const message = await statusOf("approval", id);
    expect(message!.envelope).toMatchObject({
      id: `confirmed:order:${id}:APPROVED`,
      type: "CHECKOUT.ORDER.APPROVED",
      subject: id,
    });
    expect(message!.facts).toMatchObject([{ type: "payment.approved", provider_ref: id }]);
  });
  test("returns the capture of an order that is captured", async () => {
    const id = approved();
    await openPaypal(env).captureOrder(id, "request-1");
    const message = await statusOf("approval", id);
    expect(message!.envelope).toMatchObject({
      id: `confirmed:order:${id}:COMPLETED:COMPLETED`,
      type: "CHECKOUT.ORDER.COMPLETED",
    });
    expect(message!.facts).toMatchObject([
      { type: "payment.captured", provider_ref: captureIdOf(id), amount_minor: 4900 },
    ]);
  });
  test("returns a voided order as cancelled", async () => {
    const message = await statusOf("approval", approved("sale", { "resource.status": "VOIDED" }));
    expect(message!.facts).toMatchObject([{ type: "checkout.cancelled" }]);
  });
  test("returns an order that is not approved, which has no facts", async () => {
    expect((await statusOf("approval", approved("sale", { "resource.status": "CREATED" })))!.facts).toEqual([]);
  });
  test.each(["payment", "approval"] as const)(
    "throws when PayPal answers with another %s than requested",
    async (kind) => {
      standIn.handle = async (_, path) =>
        Response.json(
          path === "/v1/oauth2/token"
            ? { access_token: "a", expires_in: 60 }
            : { id: "OTHER1", status: "COMPLETED", update_time: "2026-11-20T10:00:00Z" },
        );
      await expect(paypalHistory.getStatus!(env, { kind, ref: "ASKED1" }, timeout())).rejects.toThrow(
        "was told of another",
      );
    },
  );
  test.each(["payment", "approval"] as const)("returns null for a %s that PayPal does not have", async (kind) => {
    expect(await statusOf(kind, "NOBODY")).toBeNull();
  });
  test.each(["500", "wrong shape", "not json"] as const)("throws when PayPal answers %s", async (kind) => {
    const id = approved();
    standIn.fail({ kind, path: "/v2", times: 9 });
    await expect(statusOf("approval", id)).rejects.toMatchObject({ name: "ApiError", temporary: true });
  });

  test("returns a dispute as of now, whenever it last changed", async () => {
    const body = paypalEvent("CUSTOMER.DISPUTE.CREATED", { "resource.status": "UNDER_REVIEW" });
    standIn.put(body);
    const ref = JSON.parse(body).resource.dispute_id;
    const message = (await paypalHistory.getStatus!(env, { kind: "dispute", ref }, timeout()))!;
    const event = await readProviderMessage("paypal", message);
    expect(event).toMatchObject({ error: null, trust: "confirmed", type: "CUSTOMER.DISPUTE.UPDATED" });
    expect(event.facts).toMatchObject([
      { type: "dispute.updated", provider_ref: ref, status: "under_review", occurred_at: message.asOf },
    ]);
    expect(requestsTo("/v1/customer/disputes").map(({ path }) => path)).toEqual([`/v1/customer/disputes/${ref}`]);
  });
  test("returns null for a dispute that PayPal does not have", async () => {
    expect(await paypalHistory.getStatus!(env, { kind: "dispute", ref: "PP-D-0" }, timeout())).toBeNull();
  });
  test.each(["customer", "product", "membership"] as const)(
    "returns null for a %s, without a request",
    async (kind) => {
      expect(await paypalHistory.getStatus!(env, { kind, ref: "A1" }, timeout())).toBeNull();
      expect(paths()).toEqual([]);
    },
  );

  test("returns PayPal's JSON unchanged, with its numbers and escapes", () => {
    const text =
      '{"id":"A1","status":"COMPLETED","create_time":"2026-11-20T10:00:00-07:00",' +
      '"n":1.10,"u":"https:\\/\\/x","big":12345678901234567890}';
    const answer = { status: 200, headers: new Headers(), text, json: JSON.parse(text) };
    expect(captureAsEvent(answer).text.endsWith(`,"resource":${text}}`)).toBe(true);
    const { event, text: archived } = orderAsEvent(answer);
    expect(event).toMatchObject({ create_time: "2026-11-20T17:00:00.000Z" });
    expect(event).toEqual(JSON.parse(archived));
  });
});

describe("the stand-in", () => {
  const call = async (method: string, path: string, { body, ...headers }: Record<string, string> = {}) => {
    const token = await fetch(`${base}/v1/oauth2/token`, {
      method: "POST",
      headers: { authorization: "Basic YTpi", "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
    }).then((response) => response.json());
    const authorization = `Bearer ${token.access_token}`;
    const response = await fetch(base + path, {
      method,
      headers: { authorization, ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, json: await response.json() };
  };
  const issue = ({ status, json }: Awaited<ReturnType<typeof call>>) =>
    `${status} ${json.details?.[0]?.issue ?? json.status}`;

  test("returns a token in the documented shape for any credentials, but not without", async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${base}/v1/oauth2/token`, { method: "POST", headers, body: "grant_type=client_credentials" });
    expect((await ask({})).status).toBe(401);
    const token = await (await ask({ authorization: "Basic YTpi" })).json();
    const documented = JSON.parse(
      readFileSync(new URL("../../../fixtures/paypal/oauth2-token.response.json", import.meta.url), "utf8"),
    );
    expect(Object.keys(documented)).toEqual(expect.arrayContaining(Object.keys(token)));
  });
  test.each([ORDER, "/v2/payments/captures/A1", "/v1/notifications/webhooks-events"])(
    "answers 401 without a token at %s",
    async (path) => {
      const response = await fetch(base + path);
      expect([response.status, await response.json()]).toMatchObject([401, { error: "invalid_token" }]);
    },
  );
  test("creates, approves and captures an order, once", async () => {
    const order = {
      intent: "CAPTURE",
      purchase_units: [{ amount: { currency_code: "EUR", value: "49.00" }, custom_id: "x" }],
    };
    const created = await call("POST", "/v2/checkout/orders", { body: JSON.stringify(order) });
    const { id } = created.json;
    expect([created.status, created.json.status, Object.keys(created.json)]).toEqual([
      201,
      "CREATED",
      ["id", "status", "links"],
    ]);
    const capture = (request: string) =>
      call("POST", `/v2/checkout/orders/${id}/capture`, { body: "{}", "paypal-request-id": request });

    expect(issue(await capture("1"))).toBe("422 ORDER_NOT_APPROVED");
    standIn.approve(id);
    const first = await capture("1");
    expect(issue(first)).toBe("201 COMPLETED");
    expect(await capture("1")).toEqual(first);
    expect(issue(await capture("2"))).toBe("422 ORDER_ALREADY_CAPTURED");
    expect(standIn.captures.size).toBe(1);
    const captured = await call("GET", `/v2/payments/captures/${captureIdOf(id)}`);
    expect(captured.json).toMatchObject({ status: "COMPLETED", amount: { value: "49.00" }, custom_id: "x" });
    expect(issue(await call("GET", `/v2/checkout/orders/${id}`))).toBe("200 COMPLETED");
  });
  test("rejects an order without an amount, and an unknown order", async () => {
    expect((await call("POST", "/v2/checkout/orders", { body: '{"intent":"CAPTURE"}' })).status).toBe(400);
    expect(issue(await call("GET", ORDER))).toBe("404 INVALID_RESOURCE_ID");
    expect((await call("GET", "/v3/anything")).status).toBe(404);
  });
  test("keeps an order captured when its approval is put later", async () => {
    const id = approved();
    await openPaypal(env).captureOrder(id, "1");
    expect(approved()).toBe(id);
    expect(standIn.orders.get(id)!.status).toBe("COMPLETED");
  });
});
