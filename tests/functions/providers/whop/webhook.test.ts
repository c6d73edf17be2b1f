/** Whop's signatures and envelopes, old and current. Translation is tested in facts.test.ts, the API in api.test.ts. */
import { readFileSync } from "node:fs";
import { Whop } from "@whop/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { whop } from "../../../../functions/_shared/providers/whop/webhook.ts";
import { stripeHeaders } from "../../../../simulator/providers/stripe.ts";
import { signOld, whopEvent, whopHeaders, whopTypes } from "../../../../simulator/providers/whop.ts";
import { standardHeaders } from "../../../../simulator/standard_webhooks.ts";
import { anyBytes, anyText, headerText } from "../../arbitraries.ts";

const SECRET = "ws_8606f1c1f5d85b6096e58b0ef80b01b7a8bd4c777b3290ddfa4b4fb852dea391";
const OTHER = "ws_0000000000000000000000000000000000000000000000000000000000000001";
const NOW = 1_795_168_805_000;
const BODY = '{"id":"msg_1","type":"payment.succeeded","data":{"id":"pay_1","note":"caf\\u00e9 \\/ é 🎓"}}';
const AUTHENTIC = { authentic: true, trust: "signed" };

interface Request {
  headers?: Record<string, string>;
  body?: string;
  now?: number;
  secret?: string | undefined;
}

const current = (body = BODY, secret = SECRET, now = NOW) => standardHeaders("msg_1", body, secret, now);
const old = (body = BODY, secret = SECRET, now = NOW) => signOld(body, secret, now);

function verify({ headers = current(), body = BODY, now = NOW, ...rest }: Request) {
  const secret = "secret" in rest ? rest.secret : SECRET;
  const env = (name: string) => (name === "WHOP_WEBHOOK_SECRET" ? secret : undefined);
  return whop.verify({ headers: new Headers(headers), body: utf8(body), now, env });
}

async function code(request: Request) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("the request was accepted");
  return verdict.refusal.code;
}

describe("verify, for the signature vector", () => {
  interface Vector {
    name: string;
    secret: string;
    body: string;
    headers?: Record<string, string>;
    header?: string;
    now: number;
    expect: "valid" | "invalid";
  }
  const file = JSON.parse(
    readFileSync(new URL("../../../fixtures/whop/signature-vectors.json", import.meta.url), "utf8"),
  );
  const vectors: Vector[] = [...file.current.vectors, ...file.legacy.vectors];

  test.each(vectors)("$name: $expect", async ({ headers, header, body, secret, now, expect: expected }) => {
    const verdict = await verify({
      headers: headers ?? { "x-whop-signature": header! },
      body,
      secret,
      now: now * 1000,
    });
    expect(verdict.authentic).toBe(expected === "valid");
  });
});

describe("the official library", () => {
  const { webhooks } = new Whop({ apiKey: "none", webhookKey: btoa(SECRET) });

  test.each(whopTypes.filter((type) => !type.startsWith("legacy.")))("accepts a %s from npm run send", (type) => {
    const body = whopEvent(type);
    expect(webhooks.unwrap(body, { headers: whopHeaders(body, SECRET) })).toEqual(JSON.parse(body));
  });

  const body = whopEvent("payment.succeeded");
  test.each([
    ["a changed body", body.replace("49.99", "0.99"), whopHeaders(body, SECRET)],
    ["another secret's signature", body, whopHeaders(body, OTHER)],
    ["an old signature", body, whopHeaders(body, SECRET, Date.now() - 301_000)],
    ["no signature", body, {}],
  ])("rejects %s, as verify does", async (_, altered, headers) => {
    expect(() => webhooks.unwrap(altered, { headers })).toThrow();
    expect((await verify({ headers, body: altered, now: Date.now() })).authentic).toBe(false);
  });
});

describe.each([
  ["the current", current],
  ["the old", old],
])("verify accepts %s signature", (_, sign) => {
  test("in the first and in the last second of the tolerance", async () => {
    expect(await verify({ headers: sign(), now: NOW + 300_999 })).toEqual(AUTHENTIC);
    expect(await verify({ headers: sign(), now: NOW - 300_000 })).toEqual(AUTHENTIC);
  });
  test("with either of two secrets, in any order", async () => {
    expect(await verify({ headers: sign(), secret: `${OTHER} ${SECRET}` })).toEqual(AUTHENTIC);
    expect(await verify({ headers: sign(BODY, OTHER), secret: `${SECRET} ${OTHER}` })).toEqual(AUTHENTIC);
  });
});

test("verify accepts a current signature at any position of the list, next to unknown versions", async () => {
  const { "webhook-signature": signature, ...others } = current();
  const { "webhook-signature": wrong } = current(BODY, OTHER);
  expect(await verify({ headers: { ...others, "webhook-signature": `v1a,abc ${wrong}  ${signature}` } })).toEqual(
    AUTHENTIC,
  );
});

test("verify accepts a body that is not UTF-8", async () => {
  const body = new Uint8Array([0xff, 0x00, 0xc3, 0x28]);
  const key = await crypto.subtle.importKey("raw", utf8(SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, new Uint8Array([...utf8(`msg_1.${NOW / 1000}.`), ...body]));
  const signature = `v1,${Buffer.from(digest).toString("base64")}`;
  const headers = new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(NOW / 1000),
    "webhook-signature": signature,
  });
  expect(await whop.verify({ headers, body, now: NOW, env: () => SECRET })).toEqual(AUTHENTIC);
});

describe("verify rejects as", () => {
  test.each([undefined, "", " \n "])("secret_not_configured, for now: the secret %j", async (secret) => {
    expect(await verify({ secret })).toMatchObject({ refusal: { code: "secret_not_configured", retryLater: true } });
  });

  test("signature_missing: a request without a signature", async () =>
    expect(await code({ headers: {} })).toBe("signature_missing"));
  test("signature_missing: an empty old signature", async () => {
    expect(await code({ headers: { "x-whop-signature": "" } })).toBe("signature_missing");
  });
  test("signature_missing: another provider's signature", async () => {
    expect(await code({ headers: stripeHeaders(BODY, SECRET, NOW) })).toBe("signature_missing");
  });
  test("signature_wrong: another provider's valid signature of the same scheme", async () => {
    const fathom = standardHeaders("msg_1", BODY, Buffer.from("a secret of Fathom's"), NOW);
    expect(await code({ headers: fathom })).toBe("signature_wrong");
  });

  const { "webhook-signature": signature } = current() as { "webhook-signature": string };
  test.each([
    ["no id", { "webhook-id": "" }],
    ["no time", { "webhook-timestamp": "" }],
    ["a time that is a word", { "webhook-timestamp": "now" }],
    ["a negative time", { "webhook-timestamp": "-1" }],
    ["a huge time", { "webhook-timestamp": "9".repeat(400) }],
    ["a time in ISO 8601", { "webhook-timestamp": "2026-11-20T09:40:05Z" }],
    ["an empty signature", { "webhook-signature": "" }],
    ["garbage", { "webhook-signature": "garbage" }],
    ["no version", { "webhook-signature": signature.slice(3) }],
    ["only another version", { "webhook-signature": signature.replace("v1,", "v1a,") }],
    ["the right digest of another version", { "webhook-signature": signature.replace("v1,", "v2,") }],
    ["a short digest", { "webhook-signature": "v1,AAAA" }],
    ["a digest in hex", { "webhook-signature": `v1,${"a".repeat(64)}` }],
  ])("signature_malformed: %s", async (_, change) => {
    expect(await code({ headers: { ...current(), ...change } })).toBe("signature_malformed");
  });

  const oldSignature = old()["x-whop-signature"]!;
  test.each([
    "garbage",
    oldSignature.split(",")[0]!,
    oldSignature.split(",")[1]!,
    oldSignature.replace("t=", "t=-"),
    oldSignature.toUpperCase(),
    oldSignature.slice(0, -1),
    oldSignature.replace("v1=", "v0="),
    "t=1,v1=",
  ])("signature_malformed: the old signature %s", async (header) => {
    expect(await code({ headers: { "x-whop-signature": header } })).toBe("signature_malformed");
  });

  describe.each([
    ["the current", current],
    ["the old", old],
  ])("for %s signature,", (_, sign) => {
    test("signature_wrong: a changed body", async () => {
      expect(await code({ headers: sign(), body: BODY.replace("pay_1", "pay_2") })).toBe("signature_wrong");
    });
    test("signature_wrong: a body that was serialised again", async () => {
      expect(await code({ headers: sign(), body: JSON.stringify(JSON.parse(BODY)) })).toBe("signature_wrong");
    });
    test("signature_wrong: a body signed with another secret", async () =>
      expect(await code({ headers: sign(), secret: OTHER })).toBe("signature_wrong"));
    test("signature_wrong: a wrong signature that is also too old", async () => {
      expect(await code({ headers: sign(), secret: OTHER, now: NOW + 3_600_000 })).toBe("signature_wrong");
    });
    test("timestamp_too_old: a signature 301 s old", async () =>
      expect(await code({ headers: sign(), now: NOW + 301_000 })).toBe("timestamp_too_old"));
    test("timestamp_in_future: a signature 301 s in the future", async () => {
      expect(await code({ headers: sign(), now: NOW - 301_000 })).toBe("timestamp_in_future");
    });
  });

  test("signature_wrong: a changed id or time", async () => {
    expect(await code({ headers: { ...current(), "webhook-id": "msg_2" } })).toBe("signature_wrong");
    expect(await code({ headers: { ...current(), "webhook-timestamp": String(NOW / 1000 + 1) } })).toBe(
      "signature_wrong",
    );
    expect(await code({ headers: { "x-whop-signature": oldSignature.replace("5,", "6,") } })).toBe("signature_wrong");
  });
  test("signature_wrong: a wrong current signature, even with a valid old one", async () => {
    expect(await code({ headers: { ...current(BODY, OTHER), ...old() } })).toBe("signature_wrong");
  });

  test("any code without revealing the secret or the right signature", async () => {
    const requests = [
      { headers: {} },
      { headers: old(BODY, OTHER) },
      { body: "{}" },
      { now: 0 },
      { headers: old(), now: 2 * NOW },
    ];
    for (const request of requests) {
      const verdict = await verify(request);
      if (verdict.authentic) throw new Error("the request was accepted");
      expect(verdict.refusal.detail).not.toContain(SECRET);
      expect(verdict.refusal.detail).not.toContain(signature.slice(3));
      expect(verdict.refusal.detail).not.toMatch(/[0-9a-f]{64}/);
    }
  });
});

describe("verify, for any request,", () => {
  const header = fc.oneof(
    headerText,
    fc.constantFrom(
      "",
      "v1,",
      `v1,${"A".repeat(43)}=`,
      String(NOW / 1000),
      "t=1,v1=",
      `t=${NOW / 1000},v1=${"a".repeat(64)}`,
    ),
  );
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature", "x-whop-signature"];

  test("never throws, and never accepts a request that it cannot verify", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), header),
        anyBytes,
        fc.double(),
        fc.option(fc.string(), { nil: undefined }),
        async (headers, body, now, secret) => {
          const verdict = await whop.verify({ headers: new Headers(headers), body, now, env: () => secret });
          expect(verdict.authentic).toBe(false);
          if (!verdict.authentic) expect(verdict.refusal.code).toMatch(/^[a-z_]+$/);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("accepts any signed body within 300 s, and none beyond", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.integer({ min: -900, max: 900 }),
        fc.constantFrom(current, old),
        async (body, age, sign) => {
          const verdict = await verify({ headers: sign(body), body, now: NOW + age * 1000 });
          expect(verdict.authentic).toBe(Math.abs(age) <= 300);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("read", () => {
  const read = (body: object | string, headers: Record<string, string> = {}) =>
    whop.read(whop.parse(typeof body === "string" ? body : JSON.stringify(body)), new Headers(headers));
  const event = (type: string, overrides = {}) => JSON.parse(whopEvent(type, overrides));

  test("returns id, type, time and subject of a current event", () => {
    const fields = { id: "msg_1", "data.id": "pay_1", "data.paid_at": "2026-11-20T09:40:04.000Z" };
    expect(read(event("payment.succeeded", fields))).toEqual({
      id: "msg_1",
      type: "payment.succeeded",
      occurredAt: "2026-11-20T09:40:04.000Z",
      subject: "pay_1",
      version: "v1",
      account: "biz_a1B2c3D4e5F6g7",
    });
  });
  test("returns type, time and subject of an old payment, and makes an id", () => {
    const fields = { "data.id": "pay_1", "data.paid_at": 1_795_167_604 };
    expect(read(event("legacy.payment.succeeded", fields))).toEqual({
      id: expect.stringMatching(/^payment\.succeeded:pay_1:[0-9a-f]{16}$/),
      type: "payment.succeeded",
      occurredAt: "2026-11-20T09:40:04.000Z",
      subject: "pay_1",
      version: "v5",
      account: null,
    });
  });

  test("prefers the id of the header to that of the body", () => {
    expect(
      read(event("payment.succeeded", { id: "msg_1" }), { "webhook-id": "msg_2", "webhook-signature": "v1,x" }).id,
    ).toBe("msg_2");
  });
  test("ignores an id header that the old signature does not cover", () => {
    const headers = { "webhook-id": "msg_2", "x-whop-signature": `t=${NOW / 1000},v1=${"a".repeat(64)}` };
    expect(read(event("legacy.payment.succeeded"), headers).id).toMatch(/^payment\.succeeded:pay_/);
  });
  test("ignores a time header that the old signature does not cover", () => {
    const body = event("legacy.membership.went_valid");
    expect(read(body, { ...old(), "webhook-timestamp": "1" }).occurredAt).toBe("2026-11-20T10:00:05.000Z");
  });
  test("gives an old body the same id whenever it is sent", () => {
    const body = whopEvent("legacy.membership.went_valid");
    const ids = [NOW, NOW + 60_000].map((now) => read(body, signOld(body, SECRET, now)).id);
    expect(ids[0]).toBe(ids[1]);
  });
  test.each([
    ["a renewal", { "data.renewal_period_end": 1_800_000_000 }],
    ["another status", { "data.status": "trialing" }],
    ["other notes", { "data.metadata": { a: 1 } }],
  ])("gives an old membership with %s another id", (_, change) => {
    const before = event("legacy.membership.went_valid", { "data.id": "mem_1" });
    const after = { ...before, data: { ...before.data } };
    for (const [path, value] of Object.entries(change)) after.data[path.slice(5)] = value;
    expect(read(after).id).not.toBe(read(before).id);
  });
  test("gives an old body that is nested too deep for JSON an id, and no error about the call stack", () => {
    const deep = (n: number) => `${'{"a":'.repeat(n)}1${"}".repeat(n)}`;
    const idOf = (more: string) => {
      const body = `{"action":"membership.went_valid","data":{"id":"mem_1","more":${deep(100_000)},"z":"${more}"}}`;
      return whop.read(whop.parse(body), new Headers({ "x-whop-signature": `t=1795168805,v1=${"0".repeat(64)}` })).id;
    };
    expect(idOf("a")).toMatch(/^membership\.went_valid:mem_1:/);
    expect(idOf("a")).toBe(idOf("a"));
    expect(idOf("a")).not.toBe(idOf("b"));
  });
  test("limits the length of an old event's id", () => {
    expect(read({ action: "a".repeat(255), data: { id: "b".repeat(255) } }).id.length).toBeLessThan(255);
  });

  test.each([
    ["payment_succeeded", "payment.succeeded"],
    ["membership_went_valid", "membership.went_valid"],
    ["membership_cancel_at_period_end_changed", "membership.cancel_at_period_end_changed"],
    ["membership.trial.ending.soon", "membership.trial_ending_soon"],
    ["dispute_alert_created", "dispute_alert.created"],
    ["chat_message_created", "chat.message.created"],
    ["app_payment_succeeded", "app_payment_succeeded"],
    ["something_new", "something_new"],
    ["constructor", "constructor"],
  ])("spells %s as %s, in any of the three fields", (spelling, type) => {
    for (const name of ["type", "event", "action"])
      expect(read({ id: "msg_1", [name]: spelling, data: { id: "x" } }).type).toBe(type);
  });

  const timeOf = (type: string, data: object, headers?: Record<string, string>) =>
    read({ id: "msg_1", type, timestamp: "2026-11-20T09:50:00Z", data: { id: "x", ...data } }, headers).occurredAt;
  const TIMES = {
    created_at: "2026-11-20T09:41:00Z",
    last_payment_attempt: "2026-11-20T09:42:00Z",
    paid_at: "2026-11-20T09:43:00Z",
    updated_at: "2026-11-20T09:44:00Z",
  };
  test.each([
    ["payment.created", "created", 41],
    ["payment.pending", "attempted", 42],
    ["payment.failed", "attempted", 42],
    ["payment.succeeded", "paid", 43],
    ["refund.created", "created", 41],
    ["refund.updated", "sent", 50],
    ["dispute.created", "created", 41],
    ["membership.activated", "changed", 44],
    ["membership.deactivated", "changed", 44],
    ["something.new", "sent", 50],
  ])("dates a %s by the time it was %s", (type, _, minute) =>
    expect(timeOf(type, TIMES)).toBe(`2026-11-20T09:${minute}:00.000Z`),
  );
  test("dates a payment by its last change or by the time it was sent, if it has no other time", () => {
    expect(timeOf("payment.succeeded", { ...TIMES, paid_at: null })).toBe("2026-11-20T09:44:00.000Z");
    expect(timeOf("payment.succeeded", { paid_at: null, updated_at: null })).toBe("2026-11-20T09:50:00.000Z");
  });
  test("dates an event without a time by its signature, old or current", () => {
    const body = event("legacy.membership.went_valid");
    expect(read(body, old()).occurredAt).toBe("2026-11-20T10:00:05.000Z");
    expect(read({ id: "msg_1", type: "membership.updated", data: { id: "mem_1" } }, current()).occurredAt).toBe(
      "2026-11-20T10:00:05.000Z",
    );
    expect(read(body).occurredAt).toBeNull();
  });

  test.each(["refund.created", "refund.updated", "dispute.created", "legacy.refund.created"])(
    "returns the payment as the subject of a %s",
    (type) => {
      const id = type.startsWith("legacy.")
        ? { "data.payment_id": "pay_1", "data.payment": null }
        : { "data.payment.id": "pay_1" };
      expect(read(event(type, id)).subject).toBe("pay_1");
    },
  );
  test("returns no subject when there is none", () => {
    expect(read(event("refund.created", { "data.payment": null })).subject).toBeNull();
    expect(read(event("chat.message.created")).subject).toBeNull();
  });

  test.each([
    [{ data: {} }, "type: expected an id of 1 to 255 printable characters (here or at event, action), found nothing"],
  ])("throws for %j, naming the field", (body, message) => expect(() => read(body)).toThrow(new Error(message)));
  test.each([
    { type: "x", data: { id: 7 }, id: "msg_1" },
    { type: "x", id: "msg_1" },
    { type: "x", id: "msg_1", timestamp: "noon", data: {} },
    { action: "x", data: {} },
  ])("of what nobody translates needs no more than a type: %j", (body) => {
    const envelope = read(body);
    expect(envelope).toMatchObject({ type: "x", occurredAt: null, subject: null });
    expect(whop.translate(body, envelope)).toEqual([]);
  });
  test("of a payment whose own time cannot be read returns the event's, else that of the signature", () => {
    const { timestamp, ...body } = JSON.parse(whopEvent("payment.succeeded"));
    for (const name of ["paid_at", "updated_at"]) body.data[name] = "noon";
    const at = (event: object, headers = {}) => whop.read(event, new Headers(headers)).occurredAt;
    expect(at({ ...body, timestamp: "2026-11-20T10:00:00Z" })).toBe("2026-11-20T10:00:00.000Z");
    expect(at({ ...body, timestamp: "noon" }, { "webhook-timestamp": "1795168805" })).toBe("2026-11-20T10:00:05.000Z");
    expect(at({ ...body, timestamp: "noon" })).toBeNull();
  });
  test.each(["null", "5", '"text"', "[]", "true"])("throws for %s", (body) =>
    expect(() => read(body)).toThrow("type: expected an id"),
  );
});

test("answers pings, and stores no header with a secret", () => {
  expect(whop.answersPings).toBe(true);
  expect(whop.keptHeaders).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature", "x-whop-signature"]);
});
