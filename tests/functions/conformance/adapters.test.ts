/**
 * Every adapter of the table is held to the same. A new one that posts needs its entry in SAMPLES; a new job its entry
 * in JOBS.
 */
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  type Delivery,
  type HttpAdapter,
  type JobAdapter,
  NotConfigured,
} from "../../../functions/_shared/outbound/adapter.ts";
import { ADAPTERS } from "../../../functions/_shared/outbound/adapter_registry.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { anyString } from "../arbitraries.ts";

interface AdapterSample {
  /** Two secrets that one replaces the other of, and a third that was never the destination's. */
  secrets: readonly [string, string, string];
  /** Secrets that nothing can be signed with. */
  unusable: readonly string[];
  /** Throws unless the headers sign this body with this secret: by the receiver's own library. */
  verify(body: string, headers: Record<string, string>, secret: string): void;
}

const whsec = (n: number) => `whsec_${Buffer.alloc(32, n).toString("base64")}`;
const standard: AdapterSample = {
  secrets: [whsec(1), whsec(2), whsec(3)],
  unusable: ["whsec_", "whsec_c2hvcnQ=", "whsec_not-base64-at-all!", "whsk_c2hvcnQ=", "whpk_c2hvcnQ="],
  verify: (body, headers, secret) => new Webhook(secret).verify(body, headers),
};

const SAMPLES: Record<string, AdapterSample> = {
  webhook: standard,
  make: standard,
  stripe: {
    secrets: ["any text, the first", "whsec_the_second", "whsec_another"],
    unusable: [], // a secret is any text
    verify: (body, headers, secret) => Stripe.webhooks.constructEvent(body, headers["stripe-signature"]!, secret),
  },
};

/** What a delivery to each job carries. */
const JOBS: Record<string, unknown> = {
  paypal_capture: { id: crypto.randomUUID(), provider_ref: "5O190127TN364715T" },
  refund: { id: crypto.randomUUID(), reason: null },
  close_payment: { id: crypto.randomUUID(), provider: "stripe", kind: "payment_intent", provider_ref: "pi_1" },
  calendar: { id: crypto.randomUUID() },
  whop_message: { id: crypto.randomUUID() },
  whop_replies: { at: "2026-11-20T10:00:00Z" },
  reconcile: {
    ...{ reconciliation_id: crypto.randomUUID(), provider: "stripe" },
    ...{ since: "2026-11-20T10:00:00Z", until: "2026-11-20T11:00:00Z" },
  },
};

const loaded = await Promise.all(Object.entries(ADAPTERS).map(async ([name, load]) => [name, await load()] as const));
const posting = loaded.filter((one): one is [string, HttpAdapter] => "headers" in one[1]);
const working = loaded.filter((one): one is [string, JobAdapter] => "run" in one[1]);

test("each adapter posts or works, and has its sample here", () => {
  expect(posting.map(([name]) => name).sort()).toEqual(Object.keys(SAMPLES).sort());
  expect(working.map(([name]) => name).sort()).toEqual(Object.keys(JOBS).sort());
  expect(posting.length + working.length).toBe(loaded.length);
});

const BODY = '{"type":"order.created","timestamp":"2026-11-20T10:00:04.512Z","data":{"name":"café 🎓"}}';
const delivery = (overrides: Partial<Delivery> = {}): Delivery => ({
  ...{ delivery_id: "1", attempt: 1, message_id: "0b8c2a54-1a1b-4a77-9b43-6c0bd8b0f5aa", type: "order.created" },
  ...{ destination: "place", adapter: "webhook", url: null, timeout_ms: 15_000, provider: null },
  ...{ body: BODY, replay_id: null },
  ...overrides,
});

describe.each(posting)("%s", (name, adapter) => {
  const { secrets, unusable, verify } = SAMPLES[name]!;
  const [OLD, NEW, OTHER] = secrets;
  /** Secrets and keys of this destination, should the adapter look for any. */
  const env = (variable: string) => (variable.startsWith("PLACE_") ? "key-of-the-place" : undefined);
  const headersFor = (live: string[], now = Date.now(), body = BODY) =>
    adapter.headers(delivery({ body }), live, env, now);

  describe("signs", () => {
    test.each([[OLD], [NEW]])("so that a receiver that holds one of two secrets can check it", async (held) => {
      const headers = await headersFor([OLD, NEW]);
      expect(() => verify(BODY, headers, held)).not.toThrow();
      expect(() => verify(BODY, headers, OTHER)).toThrow();
    });
    test("any body, to the byte", async () => {
      await fc.assert(
        fc.asyncProperty(fc.json(), async (body) => {
          const headers = await headersFor([NEW], Date.now(), body);
          verify(body, headers, NEW);
          expect(() => verify(`${body} `, headers, NEW)).toThrow();
        }),
      );
    });
    test("with the time of the attempt, under the same ids", async () => {
      const now = Date.now();
      const [first, again, later] = [
        await headersFor([NEW], now),
        await headersFor([NEW], now),
        await headersFor([NEW], now + 60_000),
      ];
      expect(again).toEqual(first);
      verify(BODY, later, NEW);
      expect(later).not.toEqual(first);
      expect(later["webhook-id"]).toBe(first["webhook-id"]);
      expect(Object.keys(later)).toEqual(Object.keys(first));
    });
    test("once for each live secret, and tells none of them", async () => {
      const sent = JSON.stringify(await headersFor([OLD, NEW]));
      for (const secret of [OLD, NEW]) expect(sent).not.toContain(secret.replace(/^[a-z]+_/, ""));
    });
    test("in headers that any server takes, as JSON", async () => {
      const headers = await headersFor([OLD, NEW]);
      for (const [header, value] of Object.entries(headers)) {
        expect(header).toMatch(/^[a-z][a-z-]+$/);
        expect(value).toMatch(/^[\x20-\x7e]+$/);
      }
      expect(headers["content-type"]).toMatch(/^application\/json/);
    });
    if (unusable.length === 0) return;
    test.each(unusable)("nothing with %j: the delivery waits, and the secret is not repeated", async (secret) => {
      const error: Error = await headersFor([OLD, secret]).then(
        () => new Error("it was signed"),
        (error) => error,
      );
      expect(error).toBeInstanceOf(NotConfigured);
      expect(error.message).toContain("PLACE_SIGNING_SECRET");
      const hidden = secret.replace(/^[a-z]+_/, "");
      if (hidden !== "") expect(error.message).not.toContain(hidden);
    });
  });

  describe("takes an answer", () => {
    const answer = (status: number, body = ""): Answer => ({ status, body, headers: new Headers() });

    test.each<[number, string]>([
      [200, "delivered"],
      [201, "delivered"],
      [202, "delivered"],
      [204, "delivered"],
      [299, "delivered"],
      [301, "retry"],
      [302, "retry"],
      [307, "retry"],
      [401, "retry"],
      [403, "retry"],
      [404, "retry"],
      [408, "retry"],
      [409, "retry"],
      [410, "gone"],
      [425, "retry"],
      [429, "retry"],
      [500, "retry"],
      [502, "retry"],
      [503, "retry"],
      [504, "retry"],
    ])("of %i as %s", (status, outcome) => expect(adapter.outcomeOf(answer(status)).outcome).toBe(outcome));

    test("of any other status and words as one of the outcomes, with the reason where it is not delivered", () => {
      fc.assert(
        fc.property(fc.integer({ min: 200, max: 599 }), anyString, (status, body) => {
          const judged = adapter.outcomeOf(answer(status, body));
          expect(["delivered", "retry", "refused", "gone"]).toContain(judged.outcome);
          expect(judged.outcome === "delivered").toBe(status < 300);
          if (judged.outcome === "delivered") return;
          expect((judged as { error: string }).error).toContain(String(status));
        }),
      );
    });
  });
});

describe.each(working)("%s", (name, adapter) => {
  test("is tried again, and does nothing, while the database is away", async () => {
    const runtime: Runtime = {
      env: () => undefined,
      now: Date.now,
      defer() {},
      ending: new AbortController().signal,
      database: {
        async query() {
          throw new DatabaseAway("no answer");
        },
        async close() {},
      },
    };
    const run = adapter.run({ message_id: "m", data: JOBS[name] }, runtime, AbortSignal.timeout(240_000));
    await expect(run).rejects.toThrow(DatabaseAway);
  });
});
