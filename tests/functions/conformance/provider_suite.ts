/**
 * What holds for every provider's webhooks, whoever sends them. `providers.test.ts` runs it for each of the registry.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../../functions/_shared/crypto/signature.ts";
import { checked, type Fact, fact } from "../../../functions/_shared/facts/facts.ts";
import { parseBody, readEvent } from "../../../functions/_shared/inbound/read_event.ts";
import type { Envelope, WebhookProvider } from "../../../functions/_shared/providers/webhook_provider.ts";
import { createProviders, type Providers } from "../../../local/providers/index.ts";
import { anyBytes, anyString, damaged, headerText, json, oneByteAltered } from "../arbitraries.ts";
import { type Mounted, mounted } from "../mounted.ts";
import type { WebhookSample } from "./sample.ts";

/** What a stored text cannot hold: NUL, half a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Names that are whole, storable and no longer than a column; a time in UTC. */
function checkEnvelope({ id, type, occurredAt, subject }: Envelope): void {
  for (const given of [id, type, ...(subject === null ? [] : [subject])]) {
    expect(given).toBeTypeOf("string");
    expect(given).not.toMatch(UNSTORABLE);
    expect(given.length).toBeGreaterThan(0);
    expect(given.length).toBeLessThanOrEqual(255);
  }
  if (occurredAt !== null) expect(new Date(occurredAt).toISOString()).toBe(occurredAt);
}

export function providerSuite(name: string, load: () => Promise<WebhookProvider>, sample: WebhookSample): void {
  const [SECRET, OTHER] = sample.secrets;
  const NOW = Date.now();
  const bodies = Object.entries(sample.bodies);
  const [, BODY] = bodies[0]!;
  let provider: WebhookProvider;
  let server: Mounted | undefined;
  let base = "";

  beforeAll(async () => {
    provider = await load();
    const standIns = createProviders();
    if (!Object.hasOwn(standIns, name)) return;
    server = await mounted({ [name]: standIns[name as keyof Providers] });
    base = server.url;
  });
  afterAll(() => server?.stop());

  const env = (secret: string | undefined) => (variable: string) =>
    ({ ...sample.env, [`${name.toUpperCase()}_BASE_URL`]: base, [sample.secretName]: secret })[variable];
  const signed = (body = BODY, secret: string = SECRET) => sample.headers(body, secret, NOW, base);

  function verify({
    headers = signed(),
    body = BODY,
    secret = SECRET,
    now = NOW,
  }: {
    headers?: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    secret?: string | undefined;
    now?: number;
  }) {
    return provider.verify({ headers: new Headers(headers), body: utf8(body), now, env: env(secret) });
  }

  async function refusal(request: Parameters<typeof verify>[0]) {
    const verdict = await verify(request);
    if (verdict.authentic) throw new Error("it was taken for authentic");
    return verdict.refusal;
  }

  /** As the webhook handler reads it. */
  const received = (body: string, headers = new Headers(signed(body))) =>
    readEvent({ provider, headers, body, trust: "signed", event: parseBody(provider, body)!.value });

  test("goes by its name in the registry, and keeps headers by lower-case names", () => {
    expect(provider.name).toBe(name);
    for (const header of provider.keptHeaders) expect(header).toBe(header.toLowerCase());
  });

  describe("a webhook is refused", () => {
    test.each([undefined, "", " \n "])("for now, while the secret is %j, and the variable is named", async (secret) => {
      const verdict = await provider.verify({
        ...{ headers: new Headers(signed()), body: utf8(BODY), now: NOW },
        env: env(secret),
      });
      expect(verdict).toEqual({
        authentic: false,
        refusal: {
          code: "secret_not_configured",
          detail: expect.stringContaining(`${sample.secretName} is not set. Set it to `),
          retryLater: true,
        },
      });
    });
    test("without a signature, before its body is read", async () => {
      expect(provider.isSigned(new Headers())).toBe(false);
      expect((await refusal({ headers: {}, body: "" })).retryLater).toBeUndefined();
      expect(await refusal({ headers: {} })).toEqual(await refusal({ headers: {}, body: "" }));
    });
    test("with another secret's", async () => {
      expect((await refusal({ headers: signed(BODY, OTHER) })).retryLater).toBeUndefined();
    });
    test("for good, in words, and with a code that programs can tell from others", async () => {
      for (const request of [{ headers: {} }, { headers: signed(BODY, OTHER) }, { secret: "" }]) {
        const { code, detail } = await refusal(request);
        expect(code).toMatch(/^[a-z][a-z_]+$/);
        expect(detail).toMatch(/\.$/);
      }
    });
    test("without telling a secret", async () => {
      for (const request of [
        { headers: {} },
        { headers: signed(BODY, OTHER) },
        { secret: OTHER },
        { body: `${BODY} ` },
      ]) {
        const verdict = JSON.stringify(await verify(request));
        for (const secret of sample.secrets) expect(verdict).not.toContain(secret.replace(/^[a-z]+_/, ""));
      }
    });
    if (sample.coversBody) {
      test("when any one byte of the body was altered", async () => {
        const headers = signed();
        await fc.assert(
          fc.asyncProperty(oneByteAltered(utf8(BODY)), async (body) => {
            expect((await verify({ headers, body })).authentic).toBe(false);
          }),
        );
      });
      test("when its body was cut or lengthened", async () => {
        const headers = signed();
        await fc.assert(
          fc.asyncProperty(fc.nat(BODY.length - 1), fc.string({ minLength: 1 }), async (length, more) => {
            expect((await verify({ headers, body: BODY.slice(0, length) })).authentic).toBe(false);
            expect((await verify({ headers, body: BODY + more })).authentic).toBe(false);
          }),
        );
      });
    }
  });

  describe("a webhook is authentic", () => {
    test.each(bodies)("with the right secret: %s", async (_, body) => {
      expect(await verify({ body, headers: signed(body) })).toEqual({ authentic: true, trust: sample.trust });
    });
    test("with either of two secrets, whichever comes first", async () => {
      for (const secret of [`${SECRET} ${OTHER}`, `${OTHER} ${SECRET}`]) {
        for (const one of sample.secrets)
          expect((await verify({ secret, headers: signed(BODY, one) })).authentic).toBe(true);
      }
    });
    test("and where that proves too little its API is asked", () => {
      // make.com signs nothing either, and has no API to ask: what it may tell is not money.
      if (sample.trust === "unconfirmed" || provider.mustConfirm) expect(provider.confirm).toBeTypeOf("function");
      else expect(provider.confirm).toBeUndefined();
    });
    test("by its headers alone exactly where the signature is over no body", async () => {
      expect(provider.signsNoBody ?? false).toBe(!sample.coversBody);
      expect((await verify({ body: "" })).authentic).toBe(!sample.coversBody);
    });
    test.each(bodies)("and seen to be signed before its body is read: %s", (_, body) => {
      expect(provider.isSigned(new Headers(signed(body)))).toBe(true);
    });
  });

  describe("whatever is sent, verify", () => {
    const genuine = () => Object.values(sample.headers(BODY, SECRET, NOW, base));
    /** Where a header is the secret itself, it is the one thing that a stranger cannot send. */
    const odd = () =>
      fc.oneof(
        headerText,
        fc.constantFrom("", "v1,", "v1=", "t=1,v1=", "-1", "1e9", "Bearer", "Bearer ", "null", "0".repeat(500)),
        ...(sample.coversBody ? [fc.constantFrom(...genuine())] : []),
      );
    const names = () => fc.constantFrom(...new Set([...provider.keptHeaders, ...Object.keys(signed())]));

    test("never throws, and never believes what it cannot check", async () => {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(names(), odd()), anyBytes, fc.double(), async (headers, body, now) => {
          const { code } = await refusal({ headers, body, now });
          expect(code).toMatch(/^[a-z_]+$/);
          // What is not seen to be signed is refused for the same reason with its body and without.
          if (!provider.isSigned(new Headers(headers)))
            expect((await refusal({ headers, body: "", now })).code).toBe(code);
        }),
        { numRuns: 500 },
      );
    });
    test("never throws, whatever the secret is", async () => {
      await fc.assert(
        fc.asyncProperty(anyString, async (secret) => {
          const verdict = await verify({ secret });
          if (!secret.split(/\s+/).includes(SECRET)) expect(verdict.authentic).toBe(false);
        }),
      );
    });
  });

  describe("an authentic body is read", () => {
    test.each(bodies)("to an envelope and valid facts: %s", async (_, body) => {
      const event = await received(body);
      expect(event.error).toBeNull();
      checkEnvelope({
        ...{ id: event.provider_event_id, type: event.type },
        ...{ occurredAt: event.occurred_at, subject: event.subject },
      });
      expect(checked(event.facts!)).toEqual(event.facts);
    });
    test.each(bodies)("again to the same, from what is archived of it: %s", async (_, body) => {
      const first = await received(body);
      // Its kept headers, and its body, parsed anew.
      expect(await received(first.body, new Headers(first.headers))).toEqual(first);
    });
    test.each(bodies)("and no header that is kept tells a secret: %s", async (_, body) => {
      const kept = JSON.stringify((await received(body)).headers);
      for (const secret of sample.secrets) expect(kept).not.toContain(secret.replace(/^[a-z]+_/, ""));
    });
    test("or refused by an Error that names the field, whatever JSON it is", () => {
      const samples = bodies.map(([, body]) => parseBody(provider, body)!.value);
      const headers = new Headers(signed());
      fc.assert(
        fc.property(fc.oneof(json(), damaged(samples)), (event) => {
          let envelope: Envelope;
          let facts: Fact[];
          try {
            envelope = provider.read(event, headers);
            facts = provider.translate(event, envelope);
          } catch (error) {
            expect((error as Error).message).toMatch(/^([\w.-]+: )?[\w.-]*: expected .+, found /s);
            expect((error as Error).message).not.toMatch(UNSTORABLE);
            return;
          }
          checkEnvelope(envelope);
          for (const each of facts) {
            expect(fact.safeParse(each).error?.issues).toBeUndefined();
            expect(Object.values(each).filter((value) => UNSTORABLE.test(String(value)))).toEqual([]);
          }
        }),
        { numRuns: 2000 },
      );
    });
    test("or said not to be JSON, whatever text it is", () => {
      fc.assert(
        fc.property(anyString, (text) => {
          const parsed = parseBody(provider, text);
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          expect(parsed !== undefined).toBe(isJson);
        }),
      );
    });
    test("or not taken, in words, where it is a sender of ours that may only send some things", () => {
      if (!provider.refuses) return;
      for (const [, body] of bodies) expect(provider.refuses(parseBody(provider, body)!.value)).toBeNull();
      fc.assert(
        fc.property(json(), (event) => {
          const found = provider.refuses!(event);
          if (found)
            expect([found.code, found.detail]).toEqual([
              expect.stringMatching(/^[a-z_]+$/),
              expect.stringMatching(/\.$/s),
            ]);
        }),
      );
    });
  });
}
