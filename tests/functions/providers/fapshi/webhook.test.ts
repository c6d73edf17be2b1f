/** Fapshi's secret header and envelope. Translation is tested in facts.test.ts, confirmation in api.test.ts. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { fapshi } from "../../../../functions/_shared/providers/fapshi/webhook.ts";
import { fapshiEvent, fapshiHeaders, fapshiTypes } from "../../../../simulator/providers/fapshi.ts";
import { stripeHeaders } from "../../../../simulator/providers/stripe.ts";
import { anyBytes, damaged, headerText, json } from "../../arbitraries.ts";
import { translate } from "../translate.ts";

const SECRET = "EXAMPLE-fapshi-webhook-secret";
const OTHER = "EXAMPLE-fapshi-rolled-secret";
const BODY = '{"transId":"ll7J2fl4"}';
const UNCONFIRMED = { authentic: true, trust: "unconfirmed" };

function verify(
  headers: Record<string, string>,
  secret: string | undefined = SECRET,
  body: Uint8Array<ArrayBuffer> = utf8(BODY),
) {
  const env = (name: string) => (name === "FAPSHI_WEBHOOK_SECRET" ? secret : undefined);
  return fapshi.verify({ headers: new Headers(headers), body, now: 0, env });
}

async function refusal(...request: Parameters<typeof verify>) {
  const verdict = await verify(...request);
  if (verdict.authentic) throw new Error("the request was accepted");
  return verdict.refusal;
}

describe("verify accepts, as unconfirmed,", () => {
  test("the request of the fixture", async () => {
    const headers = JSON.parse(
      readFileSync(new URL("../../../fixtures/fapshi/webhook-request.headers.json", import.meta.url), "utf8"),
    );
    expect(await verify({ "x-wh-secret": headers["x-wh-secret"] })).toEqual(UNCONFIRMED);
  });
  test("the headers of npm run send", async () =>
    expect(await verify(fapshiHeaders(BODY, SECRET))).toEqual(UNCONFIRMED));
  test("either of two secrets, in any order", async () => {
    for (const secrets of [`${SECRET} ${OTHER}`, `${OTHER}\n${SECRET} `]) {
      expect(await verify(fapshiHeaders(BODY, SECRET), secrets)).toEqual(UNCONFIRMED);
      expect(await verify(fapshiHeaders(BODY, OTHER), secrets)).toEqual(UNCONFIRMED);
    }
  });
  test("the header name in any letter case", async () =>
    expect(await verify({ "X-WH-Secret": SECRET })).toEqual(UNCONFIRMED));
  test("any body, since the secret does not protect it", async () => {
    expect(await verify(fapshiHeaders(BODY, SECRET), SECRET, utf8('{"transId":"altered00"}'))).toEqual(UNCONFIRMED);
    expect(await verify(fapshiHeaders(BODY, SECRET), SECRET, new Uint8Array([0xff, 0x00, 0xc3, 0x28]))).toEqual(
      UNCONFIRMED,
    );
  });
});

describe("verify rejects", () => {
  test.each(["", "  \n "])("for now, as secret_not_configured, when the secret is %j", async (secret) => {
    expect(await refusal(fapshiHeaders(BODY, SECRET), secret)).toMatchObject({
      code: "secret_not_configured",
      retryLater: true,
    });
  });
  test("for now, as secret_not_configured, when the secret is not set", async () => {
    const verdict = await fapshi.verify({
      headers: new Headers({ "x-wh-secret": SECRET }),
      body: utf8(BODY),
      now: 0,
      env: () => undefined,
    });
    expect(verdict).toMatchObject({ authentic: false, refusal: { code: "secret_not_configured", retryLater: true } });
  });
  test("a request without the header as signature_missing", async () =>
    expect((await refusal({})).code).toBe("signature_missing"));
  test("an empty header as signature_missing", async () => {
    expect((await refusal({ "x-wh-secret": "" })).code).toBe("signature_missing");
  });
  test("another provider's valid signature as signature_missing", async () => {
    expect((await refusal(stripeHeaders(BODY, SECRET))).code).toBe("signature_missing");
  });
  test.each([
    ["another secret", OTHER],
    ["a prefix of the secret", SECRET.slice(0, -1)],
    ["the secret with a suffix", `${SECRET}x`],
    ["the secret in another letter case", SECRET.toUpperCase()],
    ["the secret twice", `${SECRET}, ${SECRET}`],
    ["another provider's signature", stripeHeaders(BODY, SECRET)["stripe-signature"]!],
  ])("%s as signature_wrong", async (_, header) =>
    expect((await refusal({ "x-wh-secret": header })).code).toBe("signature_wrong"),
  );
  test("both of two secrets in one header as signature_wrong", async () => {
    expect((await refusal({ "x-wh-secret": `${SECRET} ${OTHER}` }, `${SECRET} ${OTHER}`)).code).toBe("signature_wrong");
  });
  test("a request without revealing a secret", async () => {
    for (const headers of [{} as Record<string, string>, { "x-wh-secret": OTHER }]) {
      const { detail } = await refusal(headers);
      expect(detail).not.toContain(SECRET);
      expect(detail).not.toContain(OTHER);
    }
  });
});

test("stores no header, since the header is the secret", () => expect(fapshi.keptHeaders).toEqual([]));

describe("parse", () => {
  test("returns an object unchanged", () => expect(fapshi.parse(BODY)).toEqual({ transId: "ll7J2fl4" }));
  test("returns the member of a list with one member, as in older docs", () =>
    expect(fapshi.parse(`[${BODY}]`)).toEqual({ transId: "ll7J2fl4" }));
  test("returns a list with two members, which read rejects", () => {
    expect(() => fapshi.read(fapshi.parse(`[${BODY},${BODY}]`))).toThrow(
      "transId: expected 8 to 10 letters and digits, found nothing",
    );
  });
  test("decodes unicode and escaped slashes", () => {
    expect(fapshi.parse('{"payerName":"Ngo Bayi\\u00e9 🎓","redirectUrl":"https:\\/\\/shop.example.com"}')).toEqual({
      payerName: "Ngo Bayié 🎓",
      redirectUrl: "https://shop.example.com",
    });
  });
});

describe("read", () => {
  const event = (change: object) => ({ ...JSON.parse(fapshiEvent("SUCCESSFUL", { transId: "ll7J2fl4" })), ...change });
  const read = (change: object) => fapshi.read(event(change));

  test("makes the id from the transaction and the status", () => {
    expect(read({ dateInitiated: "2026-11-20T09:58:41.112Z", dateConfirmed: "2026-11-20T10:00:03.450Z" })).toEqual({
      id: "ll7J2fl4:SUCCESSFUL",
      type: "SUCCESSFUL",
      occurredAt: "2026-11-20T10:00:03.450Z",
      subject: "ll7J2fl4",
    });
  });
  test.each(["CREATED", "PENDING", "SUCCESSFUL", "FAILED", "EXPIRED"])(
    "accepts the status %s in any letter case",
    (status) => {
      for (const spelling of [status, status.toLowerCase(), status[0] + status.slice(1).toLowerCase()]) {
        expect(read({ status: spelling })).toMatchObject({ id: `ll7J2fl4:${status}`, type: status });
      }
    },
  );
  test("gives a failure and a later success of the same transaction different ids", () => {
    expect(read({ status: "FAILED" }).id).not.toBe(read({ status: "SUCCESSFUL" }).id);
  });

  test.each([null, undefined, ""])("uses dateInitiated when dateConfirmed is %j", (dateConfirmed) => {
    expect(read({ dateConfirmed, dateInitiated: "2026-11-20T09:58:41.112Z" }).occurredAt).toBe(
      "2026-11-20T09:58:41.112Z",
    );
  });
  test.each([null, undefined, ""])("returns no time when both dates are %j", (date) => {
    expect(read({ dateConfirmed: date, dateInitiated: date }).occurredAt).toBeNull();
  });
  test("reads a date without a time as midnight", () => {
    expect(read({ dateConfirmed: "2026-11-20" }).occurredAt).toBe("2026-11-20T00:00:00.000Z");
  });

  test.each([
    [{ transId: undefined }, "transId: expected 8 to 10 letters and digits, found nothing"],
    [{ transId: 12345678 }, "transId: expected 8 to 10 letters and digits, found 12345678"],
    [{ transId: "../balance" }, 'transId: expected 8 to 10 letters and digits, found "../balance"'],
    [{ transId: "ll7J2fl4\n" }, 'transId: expected 8 to 10 letters and digits, found "ll7J2fl4\\n"'],
    [{ status: undefined }, "status: expected one of CREATED, PENDING, SUCCESSFUL, FAILED, EXPIRED, found nothing"],
    [{ status: 1 }, "status: expected one of CREATED, PENDING, SUCCESSFUL, FAILED, EXPIRED, found 1"],
  ])("throws for %j, naming the field", (change, message) => expect(() => read(change)).toThrow(new Error(message)));
  test.each([
    [{ status: "reversed" }, 'status: expected one of CREATED, PENDING, SUCCESSFUL, FAILED, EXPIRED, found "reversed"'],
    [{ amount: null }, "amount: expected a whole amount of XAF, 0 or more, found null"],
  ])("keeps id and type, and translating throws: %j", (change, message) => {
    const transaction = { ...JSON.parse(fapshiEvent("SUCCESSFUL")), ...change };
    const type = transaction.status.toUpperCase();
    expect(fapshi.read(transaction)).toMatchObject({ id: `${transaction.transId}:${type}`, type });
    expect(() => translate(fapshi, transaction)).toThrow(message);
  });
});

describe("for any input,", () => {
  // With `reason: undefined`, so that the reason is damaged too.
  const samples = fapshiTypes.map((type) => ({ reason: undefined, ...JSON.parse(fapshiEvent(type)) }));
  const transaction = fc.oneof(json(), damaged(samples));

  test("verify never throws, and accepts nothing but the secret", async () => {
    await fc.assert(
      fc.asyncProperty(headerText, anyBytes, fc.string(), async (header, body, secret) => {
        fc.pre(!secret.split(/\s+/).includes(header.trim()));
        expect((await refusal({ "x-wh-secret": header }, secret, body)).code).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: 1000 },
    );
  });
  test("read and translate return a valid result, or throw an error that names the field", async () => {
    const { checked } = await import("../../../../functions/_shared/facts/facts.ts");
    fc.assert(
      fc.property(transaction, (event) => {
        try {
          const { id, type } = fapshi.read(event);
          expect(id).toBe(`${(event as { transId: string }).transId}:${type}`);
          const facts = translate(fapshi, event);
          expect(checked(facts)).toEqual(facts);
          for (const value of facts.flatMap((fact) => Object.values(fact)))
            if (typeof value === "string") expect(value).not.toMatch(/\0|\p{Surrogate}/u);
        } catch (error) {
          expect((error as Error).message).toMatch(/^([A-Z]+: )?[a-zA-Z]+: expected .+, found /s);
          expect((error as Error).message).not.toMatch(/\0|\p{Surrogate}/u); // The message is stored too.
        }
      }),
      { numRuns: 5000 },
    );
  });
  test("confirm never throws, and sends no request without a valid transId", async () => {
    const env = (name: string) =>
      ({ FAPSHI_BASE_URL: "http://127.0.0.1:1", FAPSHI_API_USER: "u", FAPSHI_API_KEY: "k" })[name];
    await fc.assert(
      fc.asyncProperty(transaction, async (event) => {
        const answer = await fapshi.confirm(event, env, AbortSignal.abort());
        const transId = (event as { transId?: unknown } | null | undefined)?.transId;
        const asked = typeof transId === "string" && /^[a-zA-Z0-9]{8,10}$/.test(transId);
        expect(answer).toMatchObject(
          asked ? { outcome: "unanswered" } : { outcome: "unknown", refusal: { code: "transaction_malformed" } },
        );
      }),
      { numRuns: 300 },
    );
  });
});
