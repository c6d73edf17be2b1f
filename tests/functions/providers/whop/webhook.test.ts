/** Whop's signatures, old and new, and envelopes. What the events say is in whop-facts, the API in whop-api. */
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

const today = (body = BODY, secret = SECRET, now = NOW) => standardHeaders("msg_1", body, secret, now);
const old = (body = BODY, secret = SECRET, now = NOW) => signOld(body, secret, now);

function verify({ headers = today(), body = BODY, now = NOW, ...rest }: Request) {
  const secret = "secret" in rest ? rest.secret : SECRET;
  const env = (name: string) => (name === "WHOP_WEBHOOK_SECRET" ? secret : undefined);
  return whop.verify({ headers: new Headers(headers), body: utf8(body), now, env });
}

async function code(request: Request) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("taken for authentic");
  return verdict.refusal.code;
}

describe("the signature vectors", () => {
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

  test.each(whopTypes.filter((type) => !type.startsWith("legacy.")))(
    "accepts a %s as npm run send signs it",
    (type) => {
      const body = whopEvent(type);
      expect(webhooks.unwrap(body, { headers: whopHeaders(body, SECRET) })).toEqual(JSON.parse(body));
    },
  );

  const body = whopEvent("payment.succeeded");
  test.each([
    ["an altered body", body.replace("49.99", "0.99"), whopHeaders(body, SECRET)],
    ["another secret's signature", body, whopHeaders(body, OTHER)],
    ["an old signature", body, whopHeaders(body, SECRET, Date.now() - 301_000)],
    ["no signature", body, {}],
  ])("refuses %s, as we do", async (_, altered, headers) => {
    expect(() => webhooks.unwrap(altered, { headers })).toThrow();
    expect((await verify({ headers, body: altered, now: Date.now() })).authentic).toBe(false);
  });
});

describe.each([
  ["today's", today],
  ["the old", old],
])("%s signature is authentic", (_, sign) => {
  test("in the first and in the last second of the tolerance", async () => {
    expect(await verify({ headers: sign(), now: NOW + 300_999 })).toEqual(AUTHENTIC);
    expect(await verify({ headers: sign(), now: NOW - 300_000 })).toEqual(AUTHENTIC);
  });
  test("with either of two secrets, whichever comes first", async () => {
    expect(await verify({ headers: sign(), secret: `${OTHER} ${SECRET}` })).toEqual(AUTHENTIC);
    expect(await verify({ headers: sign(BODY, OTHER), secret: `${SECRET} ${OTHER}` })).toEqual(AUTHENTIC);
  });
});

test("today's signature may be any in the list, versions that are unknown aside", async () => {
  const { "webhook-signature": signature, ...others } = today();
  const { "webhook-signature": wrong } = today(BODY, OTHER);
  expect(await verify({ headers: { ...others, "webhook-signature": `v1a,abc ${wrong}  ${signature}` } })).toEqual(
    AUTHENTIC,
  );
});

test("a body that is not UTF-8 can be authentic", async () => {
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

describe("a request is refused as", () => {
  test.each([undefined, "", " \n "])("secret_not_configured, for now, when the secret is %j", async (secret) => {
    expect(await verify({ secret })).toMatchObject({ refusal: { code: "secret_not_configured", retryLater: true } });
  });

  test("signature_missing without any", async () => expect(await code({ headers: {} })).toBe("signature_missing"));
  test("signature_missing with an empty old one", async () => {
    expect(await code({ headers: { "x-whop-signature": "" } })).toBe("signature_missing");
  });
  test("signature_missing with another provider's", async () => {
    expect(await code({ headers: stripeHeaders(BODY, SECRET, NOW) })).toBe("signature_missing");
  });
  test("signature_wrong with another provider's valid one of the same scheme", async () => {
    const fathom = standardHeaders("msg_1", BODY, Buffer.from("a secret of Fathom's"), NOW);
    expect(await code({ headers: fathom })).toBe("signature_wrong");
  });

  const { "webhook-signature": signature } = today() as { "webhook-signature": string };
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
  ])("signature_malformed with %s", async (_, change) => {
    expect(await code({ headers: { ...today(), ...change } })).toBe("signature_malformed");
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
  ])("signature_malformed with the old %s", async (header) => {
    expect(await code({ headers: { "x-whop-signature": header } })).toBe("signature_malformed");
  });

  describe.each([
    ["today's", today],
    ["the old", old],
  ])("with %s signature", (_, sign) => {
    test("signature_wrong when the body was altered", async () => {
      expect(await code({ headers: sign(), body: BODY.replace("pay_1", "pay_2") })).toBe("signature_wrong");
    });
    test("signature_wrong when the body was re-serialised", async () => {
      expect(await code({ headers: sign(), body: JSON.stringify(JSON.parse(BODY)) })).toBe("signature_wrong");
    });
    test("signature_wrong with another secret", async () =>
      expect(await code({ headers: sign(), secret: OTHER })).toBe("signature_wrong"));
    test("signature_wrong, and not too old, when it is both", async () => {
      expect(await code({ headers: sign(), secret: OTHER, now: NOW + 3_600_000 })).toBe("signature_wrong");
    });
    test("timestamp_too_old from 301 s on", async () =>
      expect(await code({ headers: sign(), now: NOW + 301_000 })).toBe("timestamp_too_old"));
    test("timestamp_in_future from 301 s before", async () => {
      expect(await code({ headers: sign(), now: NOW - 301_000 })).toBe("timestamp_in_future");
    });
  });

  test("signature_wrong when the id or the time was altered", async () => {
    expect(await code({ headers: { ...today(), "webhook-id": "msg_2" } })).toBe("signature_wrong");
    expect(await code({ headers: { ...today(), "webhook-timestamp": String(NOW / 1000 + 1) } })).toBe(
      "signature_wrong",
    );
    expect(await code({ headers: { "x-whop-signature": oldSignature.replace("5,", "6,") } })).toBe("signature_wrong");
  });
  test("signature_wrong when today's is wrong, even beside a right old one", async () => {
    expect(await code({ headers: { ...today(BODY, OTHER), ...old() } })).toBe("signature_wrong");
  });

  test("whatever it is, without telling the secret or the right signature", async () => {
    const requests = [
      { headers: {} },
      { headers: old(BODY, OTHER) },
      { body: "{}" },
      { now: 0 },
      { headers: old(), now: 2 * NOW },
    ];
    for (const request of requests) {
      const verdict = await verify(request);
      if (verdict.authentic) throw new Error("taken for authentic");
      expect(verdict.refusal.detail).not.toContain(SECRET);
      expect(verdict.refusal.detail).not.toContain(signature.slice(3));
      expect(verdict.refusal.detail).not.toMatch(/[0-9a-f]{64}/);
    }
  });
});

describe("verify, whatever comes,", () => {
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

  test("never throws and never believes what it cannot check", async () => {
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

  test("accepts any body with its own signature within 300 s, and none beyond", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText,
        fc.integer({ min: -900, max: 900 }),
        fc.constantFrom(today, old),
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

  test("gives id, type, time and subject of today's event", () => {
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
  test("gives the same of an old payment, but for the id", () => {
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

  test("takes the id from the header, before the body's", () => {
    expect(
      read(event("payment.succeeded", { id: "msg_1" }), { "webhook-id": "msg_2", "webhook-signature": "v1,x" }).id,
    ).toBe("msg_2");
  });
  test("does not believe an id in a header that the old signature does not cover", () => {
    const headers = { "webhook-id": "msg_2", "x-whop-signature": `t=${NOW / 1000},v1=${"a".repeat(64)}` };
    expect(read(event("legacy.payment.succeeded"), headers).id).toMatch(/^payment\.succeeded:pay_/);
  });
  test("does not believe a time in a header that the old signature does not cover", () => {
    const body = event("legacy.membership.went_valid");
    expect(read(body, { ...old(), "webhook-timestamp": "1" }).occurredAt).toBe("2026-11-20T10:00:05.000Z");
  });
  test("gives the same old body the same id, whenever it comes", () => {
    const body = whopEvent("legacy.membership.went_valid");
    const ids = [NOW, NOW + 60_000].map((now) => read(body, signOld(body, SECRET, now)).id);
    expect(ids[0]).toBe(ids[1]);
  });
  test.each([
    ["a renewal", { "data.renewal_period_end": 1_800_000_000 }],
    ["another status", { "data.status": "trialing" }],
    ["other notes", { "data.metadata": { a: 1 } }],
  ])("gives %s of an old membership another id", (_, change) => {
    const before = event("legacy.membership.went_valid", { "data.id": "mem_1" });
    const after = { ...before, data: { ...before.data } };
    for (const [path, value] of Object.entries(change)) after.data[path.slice(5)] = value;
    expect(read(after).id).not.toBe(read(before).id);
  });
  test("keeps an old id short", () => {
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
  ])("spells %s as %s, under any of the three names", (said, type) => {
    for (const name of ["type", "event", "action"])
      expect(read({ id: "msg_1", [name]: said, data: { id: "x" } }).type).toBe(type);
  });

  const at = (type: string, data: object, headers?: Record<string, string>) =>
    read({ id: "msg_1", type, timestamp: "2026-11-20T09:50:00Z", data: { id: "x", ...data } }, headers).occurredAt;
  const TIMES = {
    created_at: "2026-11-20T09:41:00Z",
    last_payment_attempt: "2026-11-20T09:42:00Z",
    paid_at: "2026-11-20T09:43:00Z",
    updated_at: "2026-11-20T09:44:00Z",
  };
  test.each([
    ["payment.created", "created", 41],
    ["payment.pending", "tried", 42],
    ["payment.failed", "tried", 42],
    ["payment.succeeded", "paid", 43],
    ["refund.created", "created", 41],
    ["refund.updated", "sent", 50],
    ["dispute.created", "created", 41],
    ["membership.activated", "changed", 44],
    ["membership.deactivated", "changed", 44],
    ["something.new", "sent", 50],
  ])("dates a %s by when it was %s", (type, _, minute) =>
    expect(at(type, TIMES)).toBe(`2026-11-20T09:${minute}:00.000Z`),
  );
  test("dates a payment by its last change, and by when it was sent, where it says no more", () => {
    expect(at("payment.succeeded", { ...TIMES, paid_at: null })).toBe("2026-11-20T09:44:00.000Z");
    expect(at("payment.succeeded", { paid_at: null, updated_at: null })).toBe("2026-11-20T09:50:00.000Z");
  });
  test("dates an event that has no time by its signature, old or new", () => {
    const body = event("legacy.membership.went_valid");
    expect(read(body, old()).occurredAt).toBe("2026-11-20T10:00:05.000Z");
    expect(read({ id: "msg_1", type: "membership.updated", data: { id: "mem_1" } }, today()).occurredAt).toBe(
      "2026-11-20T10:00:05.000Z",
    );
    expect(read(body).occurredAt).toBeNull();
  });

  test.each(["refund.created", "refund.updated", "dispute.created", "legacy.refund.created"])(
    "takes the payment as the subject of a %s",
    (type) => {
      const id = type.startsWith("legacy.")
        ? { "data.payment_id": "pay_1", "data.payment": null }
        : { "data.payment.id": "pay_1" };
      expect(read(event(type, id)).subject).toBe("pay_1");
    },
  );
  test("knows no subject where there is none", () => {
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
  test("of what is translated needs a time, and keeps id and type without one", () => {
    const body = { ...JSON.parse(whopEvent("payment.succeeded")), id: "msg_1", timestamp: "noon" };
    for (const name of ["paid_at", "updated_at"]) body.data[name] = null;
    expect(read(body)).toMatchObject({ id: "msg_1", type: "payment.succeeded", occurredAt: null });
    expect(() => whop.translate(body, read(body))).toThrow(
      'timestamp: expected a time in ISO 8601 or unix seconds, found "noon"',
    );
  });
  test.each(["null", "5", '"text"', "[]", "true"])("throws for %s", (body) =>
    expect(() => read(body)).toThrow("type: expected an id"),
  );
});

test("pings are answered, and no header with a secret is kept", () => {
  expect(whop.answersPings).toBe(true);
  expect(whop.keptHeaders).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature", "x-whop-signature"]);
});
