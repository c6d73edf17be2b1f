/** PayPal's signature and envelope. Whom a certificate is believed is in paypal-certificates, PayPal's own check in paypal-api. */
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

const NOW = Date.parse("2026-11-21T09:00:00Z");
const BASE = "http://127.0.0.1:9/paypal"; // nothing is there: certificates come from the stand-in's hands
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
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  return by.verify({ headers: new Headers(given), body: utf8(body), now, env: (name) => set[name] });
}

async function refusal(request: Request_) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("taken for authentic");
  return verdict.refusal;
}

const signedAs = (change: Headers_, body = BODY) => ({ ...paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE), ...change });

describe("the genuine messages", () => {
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
  const asked: string[] = [];
  const served = openCertificates(async (url) => {
    asked.push(String(url));
    return new Response(cert_pem);
  });
  const live = paypalWith(async () => served);
  const env = { PAYPAL_BASE_URL: "", PAYPAL_TRUSTED_ROOTS: "", PAYPAL_WEBHOOK_ID: "WEBHOOK_ID" };
  const at = ({ headers }: Vector) => Date.parse(headers["paypal-transmission-time"]!);
  const check = (vector: Vector, change: Request_ = {}) =>
    verify({
      headers: vector.headers,
      body: vector.raw_body,
      now: at(vector),
      by: live,
      ...change,
      env: { ...env, ...change.env },
    });

  test.each(vectors)("$event_type: authentic, with PayPal's own certificate and DigiCert's roots", async (vector) => {
    expect(vector.webhook_id).toBe("WEBHOOK_ID");
    expect(await check(vector)).toEqual(AUTHENTIC);
    expect(asked).toEqual([cert_url]);
  });
  test.each(vectors)(
    "$event_type: the body's checksum is PayPal's",
    ({ raw_body, crc32_decimal, signed_message, headers }) => {
      expect(String(crc32(utf8(raw_body)))).toBe(crc32_decimal);
      const { "paypal-transmission-id": id, "paypal-transmission-time": time } = headers;
      expect(signedText(id!, time!, "WEBHOOK_ID", raw_body)).toBe(signed_message);
    },
  );
  test.each(vectors)("$event_type: refused with a byte altered", async (vector) => {
    expect(await check(vector, { body: vector.raw_body.replace("USD", "EUR") })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
  test.each(vectors)("$event_type: refused for another webhook", async (vector) => {
    expect(await check(vector, { env: { PAYPAL_WEBHOOK_ID: WEBHOOK } })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
  test("one of them is refused once PayPal's certificate has expired", async () => {
    const verdict = await check(vectors[0]!, { now: Date.parse("2025-03-08") });
    expect(verdict).toMatchObject({ authentic: false, refusal: { code: "certificate_not_trusted" } });
  });
  test("one of them is not another, though all have one certificate", async () => {
    expect(await check(vectors[0]!, { body: vectors[1]!.raw_body })).toMatchObject({
      refusal: { code: "signature_wrong" },
    });
  });
});

describe("a message is authentic", () => {
  test("with its own signature", async () => expect(await verify({})).toEqual(AUTHENTIC));
  test("when PAYPAL_VERIFY is not set", async () =>
    expect(await verify({ env: { PAYPAL_VERIFY: undefined } })).toEqual(AUTHENTIC));
  test("for either of two webhook ids, whichever comes first", async () => {
    expect(await verify({ env: { PAYPAL_WEBHOOK_ID: `${OTHER} ${WEBHOOK}` } })).toEqual(AUTHENTIC);
    expect(await verify({ env: { PAYPAL_WEBHOOK_ID: `${WEBHOOK} ${OTHER}` } })).toEqual(AUTHENTIC);
  });
  test("days after it was sent first: PayPal tries for three, and resends on request", async () => {
    expect(await verify({ now: NOW + 30 * 86_400_000 })).toEqual(AUTHENTIC);
  });
  test.each([
    ["unicode", '{"summary":"Paiement terminé pour 49,00 € 🎓","id":"WH-1"}'],
    ["escaped slashes", '{"links":[{"href":"https:\\/\\/api.paypal.com\\/v2"}],"id":"WH-1"}'],
    ["escaped unicode", '{"summary":"\\u20ac 49.0 \\ud83c\\udf93","id":"WH-1"}'],
    ["spaces and line ends", '{\r\n  "id" : "WH-1"\r\n}\n'],
    ["nothing in it", ""],
  ])("with %s in its body", async (_, body) => {
    expect(await verify({ body, headers: paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE) })).toEqual(AUTHENTIC);
  });
  test("over a body that is not UTF-8", async () => {
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
  test.each(paypalTypes)("when npm run send sends %s", async (type) => {
    const body = paypalEvent(type);
    expect(await verify({ body, headers: paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE) })).toEqual(AUTHENTIC);
  });
});

describe("a message is refused as", () => {
  test.each([undefined, "", " \n "])("secret_not_configured, later, when PAYPAL_WEBHOOK_ID is %j", async (id) => {
    expect(await refusal({ env: { PAYPAL_WEBHOOK_ID: id } })).toMatchObject({
      code: "secret_not_configured",
      retryLater: true,
    });
  });
  test("verify_mode_unknown, later, when PAYPAL_VERIFY is a typing error", async () => {
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
  test.each(NEEDED)("signature_missing without %s, naming it", async (name) => {
    for (const value of [undefined, ""]) {
      const { code, detail } = await refusal({ headers: signedAs({ [name]: value }) });
      expect(code).toBe("signature_missing");
      expect(detail).toContain(`no ${name.toUpperCase()} header`);
    }
  });
  test("signature_missing without any, naming all", async () => {
    const { code, detail } = await refusal({ headers: {} });
    expect(code).toBe("signature_missing");
    for (const name of NEEDED) expect(detail).toContain(name.toUpperCase());
  });
  test.each(["SHA1withRSA", "sha256withrsa", "none", "SHA256withRSA, SHA1withRSA"])(
    "algorithm_not_supported for %s",
    async (algorithm) => {
      expect((await refusal({ headers: signedAs({ "paypal-auth-algo": algorithm }) })).code).toBe(
        "algorithm_not_supported",
      );
    },
  );
  test.each(["garbage!", "=", "abc=def"])("signature_malformed when it is %s", async (signature) => {
    expect((await refusal({ headers: signedAs({ "paypal-transmission-sig": signature }) })).code).toBe(
      "signature_malformed",
    );
  });
  test("certificate_host_not_allowed when the certificate is somebody else's", async () => {
    const headers = signedAs({ "paypal-cert-url": `https://api.paypal.com.evil.com${CERTIFICATE_PATH}` });
    expect((await refusal({ headers })).code).toBe("certificate_host_not_allowed");
  });
  test("certificate_not_trusted when nobody trusts the development certificate", async () => {
    expect((await refusal({ env: { PAYPAL_TRUSTED_ROOTS: "" } })).code).toBe("certificate_not_trusted");
  });
  test("certificate_unreachable, later, when it cannot be fetched", async () => {
    const away = paypalWith(async () => openCertificates(() => Promise.reject(new TypeError("fetch failed"))));
    expect(await refusal({ by: away })).toMatchObject({ code: "certificate_unreachable", retryLater: true });
  });

  test("signature_wrong with the webhook id of another endpoint", async () => {
    expect((await refusal({ env: { PAYPAL_WEBHOOK_ID: OTHER } })).code).toBe("signature_wrong");
  });
  test("signature_wrong when the body was re-serialised", async () => {
    const body = '{"href":"https:\\/\\/x","id":"WH-1"}';
    const headers = paypalHeaders(body, WEBHOOK, NOW, CERTIFICATE);
    expect((await refusal({ body: JSON.stringify(JSON.parse(body)), headers })).code).toBe("signature_wrong");
  });
  test.each<[string, Headers_]>([
    ["the transmission id is another", { "paypal-transmission-id": "x" }],
    ["the time is written in another way", { "paypal-transmission-time": "2026-11-21T09:00:00.000Z" }],
    [
      "the signature is another message's",
      { "paypal-transmission-sig": paypalHeaders("{}", WEBHOOK, NOW, CERTIFICATE)["paypal-transmission-sig"] },
    ],
    ["the signature is too short", { "paypal-transmission-sig": "AAAA" }],
  ])("signature_wrong when %s", async (_, change) =>
    expect((await refusal({ headers: signedAs(change) })).code).toBe("signature_wrong"),
  );
  test("signature_wrong for any other body of the same length", async () => {
    const headers = signedAs({});
    await fc.assert(
      fc.asyncProperty(oneByteAltered(utf8(BODY)), async (body) => {
        expect(await verify({ body, headers })).toMatchObject({ refusal: { code: "signature_wrong" } });
      }),
      { numRuns: 300 },
    );
  });
  test("signature_missing when it is signed as other providers sign", async () => {
    const headers = {
      "stripe-signature": "t=1,v1=00",
      "webhook-id": "msg_1",
      "webhook-timestamp": "1",
      "webhook-signature": "v1,AAAA",
    };
    expect((await refusal({ headers })).code).toBe("signature_missing");
  });
});

test("verify never throws and never believes what it cannot check", async () => {
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
    paypal.read({ ...JSON.parse(paypalEvent(type, {}, "sale")), ...change });
  const order = JSON.parse(paypalEvent("CHECKOUT.ORDER.APPROVED", {}, "sale")).resource.id;
  const capture = JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED", {}, "sale")).resource.id;

  test("gives id, type and time", () => {
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
  ])("knows what %s is about", (type, subject) => expect(read(type).subject).toBe(subject));
  test("takes an event of a type that it does not know, without a subject", () => {
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
    expect(() => paypal.read(body)).toThrow("id: expected an id of 1 to 255 printable characters, found nothing");
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
    expect(paypal.read(event)).toMatchObject({ id: event.id, type: "BILLING.SUBSCRIPTION.CREATED" });
    expect(paypal.translate(event)).toEqual([]);
  });
  test.each([
    [{ create_time: "yesterday" }, 'create_time: expected a time in ISO 8601, found "yesterday"'],
    [{ create_time: null }, "create_time: expected a time in ISO 8601, found null"],
    [{ resource: [] }, "resource: expected an object, found a list"],
    [
      { resource: { id: "A1", links: "none" } },
      "resource.amount.currency_code: expected a three-letter currency code, found nothing",
    ],
  ])("of what is translated keeps id and type, and translating throws: %j", (change, message) => {
    const event = { ...JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED")), ...change };
    expect(paypal.read(event)).toMatchObject({ id: event.id, type: "PAYMENT.CAPTURE.COMPLETED" });
    expect(() => paypal.translate(event)).toThrow(new Error(`PAYMENT.CAPTURE.COMPLETED: ${message}`));
  });
});

test("the headers that are kept tell no secret, and are enough to check the message again", () => {
  expect(paypal.keptHeaders).toEqual([
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-transmission-sig",
    "paypal-cert-url",
    "paypal-auth-algo",
    "paypal-auth-version",
    "correlation-id",
  ]);
});

test("CRC-32 is the one of the standard", () => {
  expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(utf8(""))).toBe(0);
});
