/** Stripe's signature and envelope. Translation is tested in facts, shapes and properties.test.ts. */

import { readFileSync } from "node:fs";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import type { Environment } from "../../../../functions/_shared/platform/environment.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { sign, stripeEvent, stripeHeaders } from "../../../../simulator/providers/stripe.ts";

const SECRET = "whsec_EXAMPLEstripeSecretNotReal0123456789";
const OTHER = "whsec_EXAMPLErolledSecretNotReal9876543210";
const NOW = 1_795_168_805_000;
const BODY = '{"id":"evt_1","object":"event"}';

interface Request {
  header?: string | null;
  body?: string;
  now?: number;
  secret?: string;
}

function verify({ header = sign(BODY, SECRET, NOW), body = BODY, now = NOW, secret = SECRET }: Request) {
  const headers = new Headers(header === null ? {} : { "Stripe-Signature": header });
  const env: Environment = (name) => (name === "STRIPE_WEBHOOK_SECRET" ? secret : undefined);
  return stripe.verify({ headers, body: utf8(body), now, env });
}

async function refusal(request: Request) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("the request was accepted");
  return verdict.refusal;
}

const AUTHENTIC = { authentic: true, trust: "signed" };

describe("verify, for a signature vector,", () => {
  interface Vector {
    name: string;
    secret: string;
    body: string;
    header: string;
    now: number;
    expect: "valid" | "invalid" | "valid-in-stripe-sdk";
  }
  const { vectors }: { vectors: Vector[] } = JSON.parse(
    readFileSync(new URL("../../../fixtures/stripe/signature-vectors.json", import.meta.url), "utf8"),
  );
  const check = ({ header, body, secret, now }: Vector) => verify({ header, body, secret, now: now * 1000 });

  test.each(vectors.filter((vector) => vector.expect === "valid"))("accepts $name", async (vector) => {
    expect(await check(vector)).toEqual(AUTHENTIC);
  });
  test.each(vectors.filter((vector) => vector.expect === "invalid"))("rejects $name", async (vector) => {
    expect((await check(vector)).authentic).toBe(false);
  });
  test.each(vectors.filter((vector) => vector.expect === "valid-in-stripe-sdk"))(
    "rejects $name, unlike the SDK",
    async (vector) => {
      expect(await check(vector)).toMatchObject({ authentic: false, refusal: { code: "timestamp_in_future" } });
    },
  );
});

describe("the official library", () => {
  const library = new Stripe("sk_test_none");

  test("accepts the signature of npm run send", () => {
    const body = stripeEvent("checkout.session.completed");
    const event = library.webhooks.constructEvent(body, stripeHeaders(body, SECRET)["stripe-signature"]!, SECRET);
    expect(event.type).toBe("checkout.session.completed");
  });

  test("makes a signature that verify accepts", async () => {
    const header = library.webhooks.generateTestHeaderString({ payload: BODY, secret: SECRET, timestamp: NOW / 1000 });
    expect(await verify({ header })).toEqual(AUTHENTIC);
  });
});

describe("verify accepts", () => {
  test("a signature in the first and in the last second of the tolerance", async () => {
    expect(await verify({ now: NOW + 300_999 })).toEqual(AUTHENTIC);
    expect(await verify({ now: NOW - 300_000 })).toEqual(AUTHENTIC);
  });
  test("either of two secrets, in any order", async () => {
    expect(await verify({ secret: `${OTHER} ${SECRET}` })).toEqual(AUTHENTIC);
    expect(await verify({ secret: `${SECRET} ${OTHER}` })).toEqual(AUTHENTIC);
    expect(await verify({ secret: `${OTHER} ${SECRET}`, header: sign(BODY, OTHER, NOW) })).toEqual(AUTHENTIC);
  });
  test("a header whose second v1 value matches", async () => {
    const [time, matching] = sign(BODY, SECRET, NOW).split(",");
    const [, other] = sign(BODY, OTHER, NOW).split(",");
    expect(await verify({ header: `${time},${other},${matching}` })).toEqual(AUTHENTIC);
  });
  test("a body that is neither JSON nor UTF-8", async () => {
    const body = new Uint8Array([0xff, 0x00, 0xc3, 0x28]);
    const key = await crypto.subtle.importKey("raw", utf8(SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const digest = await crypto.subtle.sign("HMAC", key, new Uint8Array([...utf8(`${NOW / 1000}.`), ...body]));
    const headers = new Headers({ "stripe-signature": `t=${NOW / 1000},v1=${Buffer.from(digest).toString("hex")}` });
    expect(await stripe.verify({ headers, body, now: NOW, env: () => SECRET })).toEqual(AUTHENTIC);
  });
});

describe("verify rejects as", () => {
  const [time, v1] = sign(BODY, SECRET, NOW).split(",") as [string, string];

  test.each([undefined, "", "  \n "])("secret_not_configured: the secret %j", async (value) => {
    const headers = new Headers({ "stripe-signature": sign(BODY, SECRET, NOW) });
    const verdict = await stripe.verify({ headers, body: utf8(BODY), now: NOW, env: () => value });
    expect(verdict).toMatchObject({ authentic: false, refusal: { code: "secret_not_configured" } });
  });

  test("signature_missing: a request without the header", async () =>
    expect((await refusal({ header: null })).code).toBe("signature_missing"));
  test("signature_missing: an empty header", async () =>
    expect((await refusal({ header: "" })).code).toBe("signature_missing"));

  test.each([
    ["garbage", "garbage"],
    ["no time", v1],
    ["no v1", time],
    ["only an unknown scheme", `${time},${v1.replace("v1", "v0")}`],
    ["a time without digits", `t=,${v1}`],
    ["a time that is a word", `t=now,${v1}`],
    ["a negative time", `t=-1,${v1}`],
    ["a huge time", `t=${"9".repeat(400)},${v1}`],
    ["two times", `t=1,${time},${v1}`],
    ["a short signature", `${time},v1=abc`],
    ["an upper-case signature", `${time},v1=${v1.slice(3).toUpperCase()}`],
    ["a signature that is not hex", `${time},v1=${"z".repeat(64)}`],
  ])("signature_malformed: %s", async (_, header) =>
    expect((await refusal({ header })).code).toBe("signature_malformed"),
  );

  test("signature_wrong: a changed body", async () => {
    expect((await refusal({ body: BODY.replace("evt_1", "evt_2") })).code).toBe("signature_wrong");
  });
  test("signature_wrong: a body that was serialised again", async () => {
    expect((await refusal({ body: JSON.stringify(JSON.parse(BODY), null, 2) })).code).toBe("signature_wrong");
  });
  test("signature_wrong: a body signed with another secret", async () =>
    expect((await refusal({ secret: OTHER })).code).toBe("signature_wrong"));
  test("signature_wrong: a changed time", async () => {
    expect((await refusal({ header: `t=${NOW / 1000 + 1},${v1}` })).code).toBe("signature_wrong");
  });
  test("signature_wrong: a wrong signature that is also too old", async () => {
    expect((await refusal({ secret: OTHER, now: NOW + 3_600_000 })).code).toBe("signature_wrong");
  });

  test("timestamp_too_old: an old signature, with its age", async () => {
    expect(await refusal({ now: NOW + 412_000 })).toEqual({
      code: "timestamp_too_old",
      detail:
        "The signature is 412 s old; at most 300 s is allowed. " +
        "Check the sender's clock, or resend the event from the provider's dashboard, which signs it again.",
    });
  });
  test("timestamp_too_old: a signature 301 s old", async () =>
    expect((await refusal({ now: NOW + 301_000 })).code).toBe("timestamp_too_old"));
  test("timestamp_in_future: a signature 301 s in the future, with the difference", async () => {
    const { code, detail } = await refusal({ now: NOW - 301_000 });
    expect(code).toBe("timestamp_in_future");
    expect(detail).toContain("301 s in the future");
  });

  test("any code without revealing the secret or the right signature", async () => {
    for (const request of [{ header: null }, { header: "garbage" }, { body: "{}" }, { now: 0 }, { now: 2 * NOW }]) {
      const { detail } = await refusal(request);
      expect(detail).not.toContain(SECRET);
      expect(detail).not.toMatch(/[0-9a-f]{64}/);
    }
  });
});

describe("read", () => {
  const event = () =>
    JSON.parse(
      stripeEvent("payment_intent.succeeded", { id: "evt_1", created: 1_795_158_000, "data.object.id": "pi_1" }),
    );
  const read = (change: object) => stripe.read({ ...event(), ...change });

  test("returns id, type, time and subject", () => {
    expect(read({})).toEqual({
      id: "evt_1",
      type: "payment_intent.succeeded",
      occurredAt: "2026-11-20T07:00:00.000Z",
      subject: "pi_1",
    });
  });
  test("returns no subject when the object has no id", () => {
    expect(read({ type: "balance.available", data: { object: { object: "balance" } } }).subject).toBeNull();
  });
  test("accepts an event of an unknown type", () => expect(read({ type: "x.y" }).type).toBe("x.y"));

  test.each([
    [{ id: undefined }, "id: expected an id of 1 to 255 printable characters, found nothing"],
    [{ id: 7 }, "id: expected an id of 1 to 255 printable characters, found 7"],
    [{ id: "evt_\0" }, 'id: expected an id of 1 to 255 printable characters, found "evt_\\u0000"'],
    [{ type: null }, "type: expected an id of 1 to 255 printable characters, found null"],
    [{ created: undefined }, "created: expected a time in unix seconds, found nothing"],
    [{ created: "2026-11-21" }, 'created: expected a time in unix seconds, found "2026-11-21"'],
    [{ created: 1e15 }, "created: expected a time in unix seconds, found 1000000000000000"],
    [{ data: undefined }, "data.object: expected an object, found nothing"],
    [{ data: { object: [] } }, "data.object: expected an object, found a list"],
    [
      { object: "v2.core.event" },
      'object: expected "event" (set the endpoint to snapshot payloads, not thin events), found "v2.core.event"',
    ],
  ])("throws an error that names the field, for %j", (change, message) =>
    expect(() => read(change)).toThrow(new Error(message)),
  );

  test.each([null, 5, "text", [], true])("throws for the body %j", (body) => {
    expect(() => stripe.read(body)).toThrow("data.object: expected an object, found nothing");
  });
});

test("stores no header with a secret", () => expect(stripe.keptHeaders).toEqual(["stripe-signature"]));
