/** How deliveries are signed, checked with the libraries that receivers use, and what their answers mean. */
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { publicKeyOf } from "../../../functions/_shared/crypto/ed25519.ts";
import {
  type Answer,
  type Delivery,
  deliveryDirective,
  NotConfigured,
  outcomeByStatus,
} from "../../../functions/_shared/outbound/adapter.ts";
import { makeWebhook } from "../../../functions/_shared/outbound/adapters/make.ts";
import { standardWebhook } from "../../../functions/_shared/outbound/adapters/standard_webhook.ts";
import { stripeWebhook } from "../../../functions/_shared/outbound/adapters/stripe_webhook.ts";

const [OLD, NEW, OTHER] = [1, 2, 3].map((n) => `whsec_${Buffer.alloc(32, n).toString("base64")}`) as [
  string,
  string,
  string,
];
const SEED = `whsk_${Buffer.alloc(32, 4).toString("base64")}`;
const BODY = '{"type":"order.created","timestamp":"2026-11-20T10:00:04.512Z","data":{"name":"café 🎓"}}';
const unset = () => undefined;

function delivery(overrides: Partial<Delivery> = {}): Delivery {
  return {
    ...{
      delivery_id: "1",
      attempt: 1,
      message_id: "0b8c2a54-1a1b-4a77-9b43-6c0bd8b0f5aa",
      type: "order.created",
      destination: "make",
    },
    ...{ adapter: "webhook", url: null, timeout_ms: 15_000, provider: null, body: BODY, replay_id: null },
    ...overrides,
  };
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8"));
const answer = (status: number, body = "", headers = {}): Answer => ({ status, body, headers: new Headers(headers) });

describe("Standard Webhooks", () => {
  const headersBy = (secrets: string[], now = Date.now()) => standardWebhook.headers(delivery(), secrets, unset, now);

  test.each([[OLD], [NEW]])("during a rotation, a receiver with either secret verifies", async (secret) => {
    const headers = await headersBy([OLD, NEW]);
    expect(new Webhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => new Webhook(OTHER).verify(BODY, headers)).toThrow();
  });
  test("after a rotation, the old secret no longer verifies", async () => {
    const headers = await headersBy([NEW]);
    expect(new Webhook(NEW).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => new Webhook(OLD).verify(BODY, headers)).toThrow();
  });
  test("agrees with the signature vectors", async () => {
    const { vectors } = fixture("standard-webhooks/signature-vectors");
    for (const vector of vectors) {
      if (!vector.id.startsWith("msg_")) throw new Error(`our ids begin with msg_, this one does not: ${vector.id}`);
      const headers = await standardWebhook.headers(
        delivery({ message_id: vector.id.slice("msg_".length), body: vector.body }),
        [vector.secret].flat(),
        unset,
        vector.timestamp * 1000,
      );
      expect(headers["webhook-signature"]).toBe(vector.signature);
    }
  });
  test("every attempt has the same id and a timestamp of its own", async () => {
    const first = await headersBy([OLD], 1_795_168_805_999);
    const second = await headersBy([OLD], 1_795_168_865_000);
    expect([first["webhook-timestamp"], second["webhook-timestamp"]]).toEqual(["1795168805", "1795168865"]);
    expect(second["webhook-id"]).toBe(first["webhook-id"]);
    expect(second["webhook-signature"]).not.toBe(first["webhook-signature"]);
  });
  test("a whsk_ secret signs with Ed25519, also beside an HMAC secret", async () => {
    const headers = await headersBy([OLD, SEED]);
    const signature = headers["webhook-signature"]!.split(" ").find((one) => one.startsWith("v1a,"))!;
    const x = Buffer.from((await publicKeyOf(SEED)).slice("whpk_".length), "base64").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${BODY}`;
    expect(verify(null, Buffer.from(text), key, Buffer.from(signature.slice("v1a,".length), "base64"))).toBe(true);
    expect(new Webhook(OLD).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  });
  test.each(["whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all", "whsk_c2hvcnQ=", "whpk_c2hvcnQ="])(
    "with the secret %j nothing is sent, and the error does not contain it",
    async (secret) => {
      const headers = headersBy([OLD, secret]);
      await expect(headers).rejects.toThrow(NotConfigured);
      await expect(headers).rejects.toThrow(
        /^A signing secret of make \(MAKE_SIGNING_SECRET, or in Vault\) cannot be used\./,
      );
      await expect(headers).rejects.not.toThrow(/c2hvcnQ|not base64 at all/);
    },
  );
});

describe("Stripe's signature", () => {
  test.each(["any text", "whsec_text"])(
    "during a rotation, constructEvent accepts either secret (%s)",
    async (secret) => {
      const headers = await stripeWebhook.headers(delivery(), ["any text", "whsec_text"], unset, Date.now());
      const construct = (key: string) => Stripe.webhooks.constructEvent(BODY, headers["stripe-signature"]!, key);
      expect(construct(secret)).toEqual(JSON.parse(BODY));
      expect(() => construct("another")).toThrow();
    },
  );
});

describe("make.com", () => {
  test("gets its API key, if there is one, and a signature like any receiver", async () => {
    const env = (name: string) => (name === "MAKE_API_KEY" ? "key-1" : undefined);
    const headers = await makeWebhook.headers(delivery(), [OLD], env, Date.now());
    expect(headers["x-make-apikey"]).toBe("key-1");
    expect(new Webhook(OLD).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(await makeWebhook.headers(delivery(), [OLD], unset, Date.now())).not.toHaveProperty("x-make-apikey");
  });

  /** Each answer of the fixture, its outcome, and the advice for the admin. */
  const MEANINGS: [status: number, body: string, outcome: string, advice: RegExp | null][] = [
    [200, "Accepted", "delivered", null],
    [400, "Queue is full.", "retry", /run more often/],
    [400, "Validation failed", "refused", /data structure in make\.com, then replay/],
    [401, "Unauthorized", "retry", /Set the function secret <NAME>_API_KEY/],
    [404, "Not Found", "retry", /Set <NAME>_WEBHOOK_URL/],
    [410, "There is no scenario listening for this webhook.", "gone", /switch it on in make\.com, then resume/],
    [410, "Gone", "gone", /Put it into a scenario, or set the new one's address, then resume/],
    [413, "Payload Too Large", "refused", /at most 5 MB/],
    [429, "Too many requests.", "retry", /max_per_second/],
    [500, "Scenario failed to complete.", "retry", /history in make\.com/],
  ];

  test("every answer of the fixture is in the table", () => {
    const { responses } = fixture("make/responses");
    expect(MEANINGS.map(([status, body]) => `${status} ${body}`)).toEqual(
      responses.map(({ status, body }: Answer) => `${status} ${body}`),
    );
  });
  test.each(MEANINGS)("%i %s: %s", (status, body, outcome, advice) => {
    const result = makeWebhook.outcomeOf(answer(status, body));
    expect(result.outcome).toBe(outcome);
    if (result.outcome === "delivered") return;
    expect(result.error).toMatch(advice!);
    expect(result.error).toContain(`make.com answered ${status} ("${body}"): `);
  });
  test.each<[number, string, string]>([
    [200, "an answer that the scenario makes", "delivered"],
    [204, "", "delivered"],
    [302, "", "retry"],
    [400, "", "refused"],
    [403, "Forbidden", "retry"],
    [408, "", "retry"],
    [500, "Internal Server Error", "retry"],
    [502, "<html>Bad Gateway</html>", "retry"],
  ])("%i %s: %s", (status, body, outcome) => expect(makeWebhook.outcomeOf(answer(status, body)).outcome).toBe(outcome));
  test("the error contains only the beginning of a long answer", () => {
    const result = makeWebhook.outcomeOf(answer(400, "x".repeat(20_000)));
    expect(result.outcome === "refused" && result.error.length).toBeLessThan(500);
  });
});

describe("any receiver", () => {
  test.each<[number, string]>([
    [200, "delivered"],
    [299, "delivered"],
    [301, "retry"],
    [400, "retry"],
    [410, "gone"],
    [429, "retry"],
    [503, "retry"],
  ])("%i: %s", (status, outcome) => expect(outcomeByStatus(answer(status)).outcome).toBe(outcome));
});

describe("the header webhook-delivery", () => {
  const outcomeOf = (directive: string) => deliveryDirective(new Headers({ "webhook-delivery": directive }));

  test.each(["abort-message", "Abort-Message", " abort-message ", "later, abort-message"])(
    "%j refuses the message",
    (directive) => {
      expect(outcomeOf(directive)).toEqual({
        outcome: "refused",
        error: expect.stringContaining("abort-message: it will never take this message"),
      });
    },
  );
  test.each(["disable", "DISABLE", "x;disable"])("%j pauses the destination", (directive) => {
    expect(outcomeOf(directive)).toEqual({
      outcome: "gone",
      error: expect.stringContaining("disable: it wants nothing more. Resume"),
    });
  });
  test.each(["", "later", "disabled", "abort", "abort-messages"])("%j is ignored", (directive) =>
    expect(outcomeOf(directive)).toBeNull(),
  );
  test("may be missing", () => expect(deliveryDirective(new Headers())).toBeNull());
});
