/**
 * PayPal's signature and envelope. Trust in certificates is tested in certificates.test.ts, PayPal's API in
 * api.test.ts.
 */
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../../../functions/_shared/crypto/crc32.ts";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { type Certificates, openCertificates } from "../../../../functions/_shared/providers/paypal/certificates.ts";
import { paypal, paypalWith } from "../../../../functions/_shared/providers/paypal/webhook.ts";
import {
  CERTIFICATE_PATH,
  createPaypal,
  DEVELOPMENT_ROOT,
  developmentKey,
  signedText,
} from "../../../../local/providers/paypal.ts";
import { paypalEvent, paypalHeaders, paypalTypes } from "../../../../simulator/providers/paypal.ts";
import { anyBytes, headerText, oneByteAltered } from "../../arbitraries.ts";
import { translate } from "../translate.ts";

const NOW = Date.parse("2026-11-21T09:00:00Z");
const BASE = "http://127.0.0.1:9/paypal"; // Nothing listens there: the stand-in is called directly.
const CERTIFICATE = BASE + CERTIFICATE_PATH;
const WEBHOOK = "1JE4291016473214C";
const OTHER = "8PT597110X687430L";
const BODY = '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}';
const AUTHENTIC = { authentic: true, trust: "signed" };

const standIn = createPaypal();
const fromStandIn = () =>
  openCertificates(async (url) => await standIn.handle(new Request("http://x"), String(url).slice(BASE.length)));
const certificates = fromStandIn();
const provider = paypalWith(async () => certificates);

type Headers_ = Record<string, string | undefined>;
interface Request_ {
  headers?: Headers_;
  body?: string | Uint8Array<ArrayBuffer>;
  env?: Record<string, string | undefined>;
  now?: number;
  by?: Pick<typeof provider, "verify">;
}

function verify({
  body = BODY,
  headers = paypalHeaders(BODY, WEBHOOK, NOW, CERTIFICATE),
  env = {},
  now = NOW,
  by = provider,
}: Request_) {
  const set: Record<string, string | undefined> = {
    ...{
      PAYPAL_WEBHOOK_ID: WEBHOOK,
      PAYPAL_VERIFY: "certificate",
      PAYPAL_BASE_URL: BASE,
      PAYPAL_TRUSTED_ROOTS: DEVELOPMENT_ROOT,
    },
    ...env,
  };
  const entries = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  return by.verify({ headers: new Headers(entries), body: utf8(body), now, env: (name) => set[name] });
}

async function refusal(request: Request_) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("the request was accepted");
  return verdict.refusal;
}

const signedAs = (change: Headers_, body = BODY) => ({ ...paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE), ...change });

describe("the genuine webhooks", () => {
  interface Vector {
    event_type: string;
    webhook_id: string;
    raw_body: string;
    crc32_decimal: string;
    signed_message: string;
    headers: Record<string, string>;
  }
  const { vectors, cert_pem, cert_url }: { vectors: Vector[]; cert_pem: string; cert_url: string } = JSON.parse(
    readFileSync(new URL("../../../fixtures/paypal/signature-vectors.json", import.meta.url), "utf8"),
  );
  const requested: string[] = [];
  const served = openCertificates(async (url) => {
    requested.push(String(url));
    return new Response(cert_pem);
  });
  const live = paypalWith(async () => served);
  const env = { PAYPAL_BASE_URL: "", PAYPAL_TRUSTED_ROOTS: "", PAYPAL_WEBHOOK_ID: "WEBHOOK_ID" };
  const sentAt = ({ headers }: Vector) => Date.parse(headers["paypal-transmission-time"]!);
  const check = (vector: Vector, change: Request_ = {}) =>
    verify({
      headers: vector.headers,
      body: vector.raw_body,
      now: sentAt(vector),
      by: live,
      ...change,
      env: { ...env, ...change.env },
    });

  test.each(vectors)(
    "verify accepts $event_type with PayPal's own certificate and DigiCert's roots",
    async (vector) => {
      expect(vector.webhook_id).toBe("WEBHOOK_ID");
      expect(await check(vector)).toEqual(AUTHENTIC);
      expect(requested).toEqual([cert_url]);
    },
  );
  test.each(vectors)(
    "crc32 matches PayPal's checksum of $event_type",
    ({ raw_body, crc32_decimal, signed_message, headers }) => {
      expect(String(crc32(utf8(raw_body)))).toBe(crc32_decimal);
      const { "paypal-transmission-id": id, "paypal-transmission-time": time } = headers;
      expect(signedText(id!, time!, "WEBHOOK_ID", raw_body)).toBe(signed_message);
    },
  );
  test.each(vectors)("verify rejects $event_type with a changed body", async (vector) => {
    expect(await check(vector, { body: vector.raw_body.replace("USD", "EUR") })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
  test.each(vectors)("verify rejects $event_type for another webhook id", async (vector) => {
    expect(await check(vector, { env: { PAYPAL_WEBHOOK_ID: WEBHOOK } })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
  test("verify rejects a webhook when PayPal's certificate has expired", async () => {
    const verdict = await check(vectors[0]!, { now: Date.parse("2025-03-08") });
    expect(verdict).toMatchObject({ authentic: false, refusal: { code: "certificate_not_trusted" } });
  });
  test("verify rejects the body of another webhook", async () => {
    expect(await check(vectors[0]!, { body: vectors[1]!.raw_body })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
});

describe("verify accepts", () => {
  test("a signed webhook", async () => expect(await verify({})).toEqual(AUTHENTIC));
  test("a signed webhook when PAYPAL_VERIFY is not set", async () =>
    expect(await verify({ env: { PAYPAL_VERIFY: undefined } })).toEqual(AUTHENTIC));
  test("either of two webhook ids, in any order", async () => {
    expect(await verify({ env: { PAYPAL_WEBHOOK_ID: `${OTHER} ${WEBHOOK}` } })).toEqual(AUTHENTIC);
    expect(await verify({ env: { PAYPAL_WEBHOOK_ID: `${WEBHOOK} ${OTHER}` } })).toEqual(AUTHENTIC);
  });
  test("days after it was sent first: PayPal tries for three, and resends on request", async () => {
    expect(await verify({ now: NOW + 4 * 86_400_000 })).toEqual(AUTHENTIC);
  });
  test("but not for ever: one that was seen once is no use a month later", async () => {
    expect(await refusal({ now: NOW + 30 * 86_400_000 })).toMatchObject({ code: "timestamp_too_old" });
    expect(await refusal({ now: NOW - 86_400_000 })).toMatchObject({ code: "timestamp_in_future" });
  });
  test.each([
    ["unicode", '{"summary":"Paiement terminé pour 49,00 € 🎓","id":"WH-1"}'],
    ["escaped slashes", '{"links":[{"href":"https:\\/\\/api.paypal.com\\/v2"}],"id":"WH-1"}'],
    ["escaped unicode", '{"summary":"\\u20ac 49.0 \\ud83c\\udf93","id":"WH-1"}'],
    ["spaces and line ends", '{\r\n  "id" : "WH-1"\r\n}\n'],
    ["nothing", ""],
  ])("a body with %s", async (_, body) => {
    expect(await verify({ body, headers: paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE) })).toEqual(AUTHENTIC);
  });
  test("a body that is not UTF-8", async () => {
    const body = new Uint8Array([0xff, 0x00, 0xc3, 0x28]);
    const signature = sign("sha256", Buffer.from(`id|time|${WEBHOOK}|${crc32(body)}`), developmentKey()).toString(
      "base64",
    );
    const headers = signedAs({
      "paypal-transmission-id": "id",
      "paypal-transmission-time": "time",
      "paypal-transmission-sig": signature,
    });
    expect(await verify({ body, headers })).toEqual(AUTHENTIC);
  });
  test.each(paypalTypes)("%s from npm run send", async (type) => {
    const body = paypalEvent(type);
    expect(await verify({ body, headers: paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE) })).toEqual(AUTHENTIC);
  });
});

describe("verify rejects as", () => {
  test.each([undefined, "", " \n "])("secret_not_configured, for now, when PAYPAL_WEBHOOK_ID is %j", async (id) => {
    expect(await refusal({ env: { PAYPAL_WEBHOOK_ID: id } })).toMatchObject({
      code: "secret_not_configured",
      retryLater: true,
    });
  });
  test("verify_mode_unknown, for now, when PAYPAL_VERIFY has an unknown value", async () => {
    expect(await refusal({ env: { PAYPAL_VERIFY: "off" } })).toMatchObject({
      code: "verify_mode_unknown",
      retryLater: true,
    });
  });

  const NEEDED = [
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-transmission-sig",
    "paypal-cert-url",
    "paypal-auth-algo",
  ] as const;
  test.each(NEEDED)("signature_missing: a request without %s, and names it", async (name) => {
    for (const value of [undefined, ""]) {
      const { code, detail } = await refusal({ headers: signedAs({ [name]: value }) });
      expect(code).toBe("signature_missing");
      expect(detail).toContain(`no ${name.toUpperCase()} header`);
    }
  });
  test("signature_missing: a request without headers, and names all", async () => {
    const { code, detail } = await refusal({ headers: {} });
    expect(code).toBe("signature_missing");
    for (const name of NEEDED) expect(detail).toContain(name.toUpperCase());
  });
  test.each(["SHA1withRSA", "sha256withrsa", "none", "SHA256withRSA, SHA1withRSA"])(
    "algorithm_not_supported: the algorithm %s",
    async (algorithm) => {
      expect((await refusal({ headers: signedAs({ "paypal-auth-algo": algorithm }) })).code).toBe(
        "algorithm_not_supported",
      );
    },
  );
  test.each(["garbage!", "=", "abc=def"])("signature_malformed: the signature %s", async (signature) => {
    expect((await refusal({ headers: signedAs({ "paypal-transmission-sig": signature }) })).code).toBe(
      "signature_malformed",
    );
  });
  test("certificate_host_not_allowed: a certificate on another host", async () => {
    const headers = signedAs({ "paypal-cert-url": `https://api.paypal.com.evil.com${CERTIFICATE_PATH}` });
    expect((await refusal({ headers })).code).toBe("certificate_host_not_allowed");
  });
  test("certificate_not_trusted: a development certificate without its root", async () => {
    expect((await refusal({ env: { PAYPAL_TRUSTED_ROOTS: "" } })).code).toBe("certificate_not_trusted");
  });
  test("certificate_unreachable, for now: a certificate that cannot be fetched", async () => {
    const offline = paypalWith(async () => openCertificates(() => Promise.reject(new TypeError("fetch failed"))));
    expect(await refusal({ by: offline })).toMatchObject({ code: "certificate_unreachable", retryLater: true });
  });

  test("signature_wrong: a webhook for another webhook id", async () => {
    expect((await refusal({ env: { PAYPAL_WEBHOOK_ID: OTHER } })).code).toBe("signature_wrong");
  });
  test("signature_wrong: a body that was serialised again", async () => {
    const body = '{"href":"https:\\/\\/x","id":"WH-1"}';
    const headers = paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE);
    expect((await refusal({ body: JSON.stringify(JSON.parse(body)), headers })).code).toBe("signature_wrong");
  });
  test.each<[string, Headers_]>([
    ["another transmission id", { "paypal-transmission-id": "x" }],
    ["the time in another format", { "paypal-transmission-time": "2026-11-21T09:00:00.000Z" }],
    [
      "the signature of another webhook",
      { "paypal-transmission-sig": paypalHeaders("{}", WEBHOOK, NOW, CERTIFICATE)["paypal-transmission-sig"] },
    ],
    ["a signature that is too short", { "paypal-transmission-sig": "AAAA" }],
  ])("signature_wrong: %s", async (_, change) =>
    expect((await refusal({ headers: signedAs(change) })).code).toBe("signature_wrong"),
  );
  test("signature_wrong: a body with one byte changed", async () => {
    const headers = signedAs({});
    await fc.assert(
      fc.asyncProperty(oneByteAltered(utf8(BODY)), async (body) => {
        expect(await verify({ body, headers })).toMatchObject({ refusal: { code: "signature_wrong" } });
      }),
      { numRuns: 300 },
    );
  });
  test("signature_missing: the signature headers of other providers", async () => {
    const headers = {
      "stripe-signature": "t=1,v1=00",
      "webhook-id": "msg_1",
      "webhook-timestamp": "1",
      "webhook-signature": "v1,AAAA",
    };
    expect((await refusal({ headers })).code).toBe("signature_missing");
  });
});

test("verify never throws, and never accepts a request that it cannot verify", async () => {
  const value = (...likely: string[]) => fc.oneof(fc.constantFrom(...likely), headerText, fc.base64String());
  const headers = fc.record(
    {
      "paypal-transmission-id": value("id"),
      "paypal-transmission-time": value("2026-11-21T09:00:00Z"),
      "paypal-transmission-sig": value("AAAA"),
      "paypal-cert-url": value(CERTIFICATE, `${CERTIFICATE}x`, "https://api.paypal.com/v1/notifications/certs/CERT-1"),
      "paypal-auth-algo": value("SHA256withRSA"),
    },
    { requiredKeys: [] },
  );
  const env = fc.record({
    PAYPAL_WEBHOOK_ID: fc.oneof(fc.constant(WEBHOOK), headerText),
    PAYPAL_TRUSTED_ROOTS: fc.oneof(fc.constant(DEVELOPMENT_ROOT), headerText),
  });
  const fresh = () => {
    const opened = fromStandIn();
    return paypalWith(async () => opened satisfies Certificates);
  };
  await fc.assert(
    fc.asyncProperty(headers, anyBytes, fc.double(), env, async (headers, body, now, env) => {
      const verdict = await verify({ headers, body, now, env, by: fresh() });
      expect(verdict.authentic).toBe(false);
      if (!verdict.authentic) expect(verdict.refusal.code).toMatch(/^[a-z_0-9]+$/);
    }),
    { numRuns: 1000 },
  );
});

describe("read", () => {
  const read = (type: string, change: object = {}) =>
    paypal.read({ ...JSON.parse(paypalEvent(type, {}, "sale")), ...change }, new Headers());
  const order = JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED", {}, "sale")).resource.id;
  const capture = JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale")).resource.id;

  test("returns id, type and time", () => {
    const { id, type, occurredAt } = read("PAYMENT.CAPTURE.REFUNDED", {
      id: "WH-1",
      create_time: "2026-11-20T04:10:33.543-07:00",
    });
    expect({ id, type, occurredAt }).toEqual({
      id: "WH-1",
      type: "PAYMENT.CAPTURE.REFUNDED",
      occurredAt: "2026-11-20T11:10:33.543Z",
    });
  });
  test.each([
    ["CHECKOUT.ORDER.APPROVED", order],
    ["CHECKOUT.ORDER.COMPLETED", order],
    ["CHECKOUT.PAYMENT-APPROVAL.REVERSED", order],
    ["PAYMENT.CAPTURE.COMPLETED", capture],
    ["PAYMENT.CAPTURE.DENIED", capture],
    ["PAYMENT.CAPTURE.REFUNDED", capture],
    ["PAYMENT.CAPTURE.REVERSED", capture],
    ["PAYMENT.REFUND.FAILED", capture],
  ])("returns the subject of %s", (type, subject) => expect(read(type).subject).toBe(subject));
  test("accepts an event of an unknown type without a subject", () => {
    expect(read("PAYMENT.CAPTURE.COMPLETED", { event_type: "X.Y", resource: {} })).toMatchObject({
      type: "X.Y",
      subject: null,
    });
  });

  test.each([
    [{ id: undefined }, "id: expected an id of 1 to 255 printable characters, found nothing"],
    [{ event_type: 7 }, "event_type: expected an id of 1 to 255 printable characters, found 7"],
  ])("throws for %j, naming the field", (change, message) => {
    expect(() => read("PAYMENT.CAPTURE.COMPLETED", change)).toThrow(new Error(message));
  });
  test.each([null, 5, "text", [], true])("throws for %j", (body) => {
    expect(() => paypal.read(body, new Headers())).toThrow(
      "id: expected an id of 1 to 255 printable characters, found nothing",
    );
  });

  const ODD = [
    { create_time: "2018-19-12T22:20:32.000Z" },
    { create_time: null },
    { resource: [] },
    { resource: undefined },
  ];
  test.each(ODD)("of what nobody translates needs no more than id and type: %j", (change) => {
    const event = {
      ...JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED")),
      event_type: "BILLING.SUBSCRIPTION.CREATED",
      ...change,
    };
    expect(paypal.read(event, new Headers())).toMatchObject({ id: event.id, type: "BILLING.SUBSCRIPTION.CREATED" });
    expect(translate(paypal, event)).toEqual([]);
  });
  test.each([
    [{ resource: [] }, "resource: expected an object, found a list"],
    [
      { resource: { id: "A1", links: "none" } },
      "resource.amount.currency_code: expected a three-letter currency code, found nothing",
    ],
  ])("of what is translated keeps id and type, and translating throws: %j", (change, message) => {
    const event = { ...JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED")), ...change };
    expect(paypal.read(event, new Headers())).toMatchObject({ id: event.id, type: "PAYMENT.CAPTURE.COMPLETED" });
    expect(() => translate(paypal, event)).toThrow(new Error(`PAYMENT.CAPTURE.COMPLETED: ${message}`));
  });
});

describe("a capture whose event has no time that can be read", () => {
  const occurredAt = (change: object, resource: object, headers: Record<string, string> = {}) => {
    const event = { ...JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED")), ...change };
    Object.assign(event.resource, resource);
    return translate(paypal, event, new Headers(headers))[0]!.occurred_at;
  };
  const MONTH_19 = { create_time: "2018-19-12T22:20:32.000Z" };

  test("is as of the resource's time", () => {
    expect(occurredAt(MONTH_19, { update_time: "2026-11-20T11:00:00Z" })).toBe("2026-11-20T11:00:00.000Z");
    expect(occurredAt({ create_time: null }, { update_time: "19", create_time: "2026-11-20T10:00:00Z" })).toBe(
      "2026-11-20T10:00:00.000Z",
    );
  });
  test("is as of the transmission, when the resource has none", () => {
    const sent = { "paypal-transmission-time": "2026-11-20T12:00:00Z" };
    expect(occurredAt(MONTH_19, { update_time: null, create_time: null }, sent)).toBe("2026-11-20T12:00:00.000Z");
  });
  test("is as of now, when nothing else says it", () => {
    const before = new Date().toISOString();
    expect(occurredAt(MONTH_19, { update_time: null, create_time: null })! >= before).toBe(true);
  });
});

test("the signature is not kept: it would fit every body with the same CRC-32", () => {
  expect(paypal.keptHeaders).toEqual([
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-auth-version",
    "correlation-id",
  ]);
});

test("crc32 matches the check value of CRC-32", () => {
  expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(utf8(""))).toBe(0);
});
