/** Properties of Stripe's webhooks that hold for any request. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { fact } from "../../../../functions/_shared/facts/facts.ts";
import { stripe } from "../../../../functions/_shared/providers/stripe/webhook.ts";
import { sign, stripeEvent, stripeTypes } from "../../../../simulator/providers/stripe.ts";
import { anyBytes, anyText, damaged, headerText, json, oneByteAltered } from "../../arbitraries.ts";

const SECRET = "whsec_EXAMPLEstripeSecretNotReal0123456789";
const NOW = 1_795_168_805_000;
const BODY = stripeEvent("payment_intent.succeeded");
const HEADER = sign(BODY, SECRET, NOW);

function verify(header: string, body: Uint8Array<ArrayBuffer>, now = NOW, secret: string | undefined = SECRET) {
  return stripe.verify({ headers: new Headers({ "stripe-signature": header }), body, now, env: () => secret });
}

const headerLike = fc
  .array(
    fc.oneof(
      headerText,
      fc
        .tuple(
          fc.constantFrom("t", "v1", "v0", " t", "T", ""),
          fc.constantFrom("=", "", "=="),
          fc.oneof(headerText, fc.constantFrom("1795168805", "-1", "1e9", "a".repeat(64), "0".repeat(500))),
        )
        .map((parts) => parts.join("")),
    ),
    { maxLength: 6 },
  )
  .map((items) => items.join(","));

describe("verify", () => {
  test("never throws, and never accepts a request that it cannot verify", async () => {
    await fc.assert(
      fc.asyncProperty(
        headerLike,
        anyBytes,
        fc.double(),
        fc.option(fc.string(), { nil: undefined }),
        async (header, body, now, secret) => {
          const verdict = await verify(header, body, now, secret);
          expect(verdict.authentic).toBe(false);
          if (!verdict.authentic) expect(verdict.refusal.code).toMatch(/^[a-z_]+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("rejects a body with one byte changed", async () => {
    await fc.assert(
      fc.asyncProperty(oneByteAltered(utf8(BODY)), async (altered) => {
        expect((await verify(HEADER, altered)).authentic).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("rejects a header with one character changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(HEADER.length - 1), fc.integer({ min: 0x20, max: 0x7e }), async (at, code) => {
        const altered = HEADER.slice(0, at) + String.fromCharCode(code) + HEADER.slice(at + 1);
        fc.pre(altered !== HEADER);
        expect((await verify(altered, utf8(BODY))).authentic).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("rejects a body that is truncated or extended", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BODY.length - 1), fc.string({ minLength: 1 }), async (length, more) => {
        expect((await verify(HEADER, utf8(BODY.slice(0, length)))).authentic).toBe(false);
        expect((await verify(HEADER, utf8(BODY + more))).authentic).toBe(false);
      }),
    );
  });

  test("accepts any signed body within 300 s, and none beyond", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: -900, max: 900 }), async (body, age) => {
        const verdict = await verify(sign(body, SECRET, NOW), utf8(body), NOW + age * 1000);
        expect(verdict.authentic).toBe(Math.abs(age) <= 300);
      }),
    );
  });
});

const samples = stripeTypes.map((type) => JSON.parse(stripeEvent(type)));
const broken = damaged(samples);

/** Expects valid facts that Postgres can store, or an error that names the field. */
function checkTranslation(event: unknown) {
  let facts: unknown[];
  try {
    facts = stripe.translate(event);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/^([a-z_.]+: )?[a-z_.0-9]+: expected .+, found /s);
    expect((error as Error).message).not.toMatch(/\0|\p{Surrogate}/u); // The message is stored too.
    return;
  }
  for (const candidate of facts) {
    expect(fact.safeParse(candidate).success).toBe(true);
    for (const value of Object.values(candidate as object))
      if (typeof value === "string") expect(value).not.toMatch(/\0|\p{Surrogate}/u);
  }
}

describe("translate", () => {
  test("returns valid facts or throws, for a known type with any JSON", () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples.map((event) => event.type)), json(), json(), (type, created, object) => {
        checkTranslation({ id: "evt_1", type, created, data: { object } });
      }),
      { numRuns: 2000 },
    );
  });

  test("returns valid facts or throws, for a damaged event", () => {
    fc.assert(fc.property(broken, checkTranslation), { numRuns: 5000 });
  });

  test("returns the same facts for the same event", () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), (event) => {
        expect(stripe.translate(event)).toEqual(stripe.translate(structuredClone(event)));
      }),
    );
  });
});

test("read returns an envelope or throws, for any JSON", () => {
  fc.assert(
    fc.property(fc.oneof(json(), broken), (event) => {
      try {
        const envelope = stripe.read(event);
        expect(envelope.id).toMatch(/^[^\0]{1,255}$/);
      } catch (error) {
        expect((error as Error).message).toMatch(/^[a-z_.]+: expected .+, found /s);
      }
    }),
    { numRuns: 3000 },
  );
});
