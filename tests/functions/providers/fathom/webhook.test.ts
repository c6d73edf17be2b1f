/** Fathom's signature and envelope. Translation is tested in facts.test.ts. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Fathom } from "fathom-typescript";
import { Meeting$inboundSchema } from "fathom-typescript/sdk/models/shared";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../functions/_shared/crypto/signature.ts";
import { fathom } from "../../../../functions/_shared/providers/fathom/webhook.ts";
import { fathomEvent, fathomHeaders, fathomTypes, fathom as sender } from "../../../../simulator/providers/fathom.ts";
import { stripeHeaders } from "../../../../simulator/providers/stripe.ts";
import { standardHeaders } from "../../../../simulator/standard_webhooks.ts";
import { anyBytes, headerText, oneByteAltered } from "../../arbitraries.ts";

const SECRET = "whsec_RVhBTVBMRWZhdGhvbVNlY3JldE5vdFJlYWwwMDE=";
const OTHER = "whsec_RVhBTVBMRXJvbGxlZFNlY3JldE5vdFJlYWwwMDI=";
const NOW = 1_795_168_805_000;
const BODY = fathomEvent("new_meeting_content_ready");
const HEADERS = fathomHeaders(BODY, SECRET, NOW);

interface Request {
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  now?: number;
  secret?: string;
}

function verify({ headers = HEADERS, body = BODY, now = NOW, secret = SECRET }: Request) {
  const env = (name: string) => (name === "FATHOM_WEBHOOK_SECRET" ? secret : undefined);
  return fathom.verify({ headers: new Headers(headers), body: utf8(body), now, env });
}

async function refusal(request: Request) {
  const verdict = await verify(request);
  if (verdict.authentic) throw new Error("the request was accepted");
  return verdict.refusal;
}

const AUTHENTIC = { authentic: true, trust: "signed" };
const {
  "webhook-id": ID,
  "webhook-timestamp": TIME,
  "webhook-signature": SIGNATURE,
} = HEADERS as Record<string, string>;
const without = (name: string) => Object.fromEntries(Object.entries(HEADERS).filter(([key]) => key !== name));

describe("verify, for the signature vector", () => {
  const { vectors } = JSON.parse(
    readFileSync(new URL("../../../fixtures/fathom/signature-vectors.json", import.meta.url), "utf8"),
  );
  test.each(
    vectors as {
      name: string;
      secret: string;
      headers: Record<string, string>;
      body: string;
      now: number;
      expect: string;
    }[],
  )("$name: $expect", async ({ secret, headers, body, now, expect: expected }) => {
    expect((await verify({ secret, headers, body, now: now * 1000 })).authentic).toBe(expected === "valid");
  });
});

describe("verify accepts", () => {
  test("a request that the official library accepts", async () => {
    const headers = fathomHeaders(BODY, SECRET);
    expect(Fathom.verifyWebhook(SECRET, headers, BODY)).toEqual(JSON.parse(BODY));
    expect(await verify({ headers, now: Date.now() })).toEqual(AUTHENTIC);
  });
  test("the header names of Svix", async () => {
    const headers = { "svix-id": ID!, "svix-timestamp": TIME!, "svix-signature": SIGNATURE! };
    expect(await verify({ headers })).toEqual(AUTHENTIC);
  });
  test("either of two secrets", async () => {
    expect(await verify({ secret: `${OTHER} ${SECRET}` })).toEqual(AUTHENTIC);
    expect(await verify({ secret: `${SECRET} ${OTHER}` })).toEqual(AUTHENTIC);
  });
  test("a secret without its prefix", async () =>
    expect(await verify({ secret: SECRET.slice("whsec_".length) })).toEqual(AUTHENTIC));
  test("a valid signature in a list with others and other versions", async () => {
    const wrong = fathomHeaders(BODY, OTHER, NOW)["webhook-signature"];
    expect(await verify({ headers: { ...HEADERS, "webhook-signature": `v1a,AAAA ${wrong} ${SIGNATURE}` } })).toEqual(
      AUTHENTIC,
    );
  });
  test("a signature up to 300 s old or 300 s in the future", async () => {
    expect(await verify({ now: NOW + 300_000 })).toEqual(AUTHENTIC);
    expect(await verify({ now: NOW - 300_000 })).toEqual(AUTHENTIC);
  });
  test.each(['{"title":"Réunion 🎓 à Douala"}', '{"title":"\\u00e9 \\/ \\ud83c\\udf93"}', " {}\n", ""])(
    "the body %j unchanged",
    async (body) => expect(await verify({ body, headers: fathomHeaders(body, SECRET, NOW) })).toEqual(AUTHENTIC),
  );
  test("a body that is not UTF-8, which is rejected later as invalid JSON", async () => {
    const body = Uint8Array.of(0xff, 0xfe, 0x00);
    const hmac = createHmac("sha256", Buffer.from(SECRET.slice("whsec_".length), "base64"))
      .update(`${ID}.${TIME}.`)
      .update(body);
    expect(await verify({ body, headers: { ...HEADERS, "webhook-signature": `v1,${hmac.digest("base64")}` } })).toEqual(
      AUTHENTIC,
    );
  });
});

describe("verify rejects as", () => {
  test.each([
    ["signature_missing", {}],
    ["signature_missing", without("webhook-signature")],
    ["signature_malformed", without("webhook-id")],
    ["signature_malformed", without("webhook-timestamp")],
    ["signature_malformed", { ...HEADERS, "webhook-signature": "" }],
    ["signature_malformed", { ...HEADERS, "webhook-signature": "garbage" }],
    ["signature_malformed", { ...HEADERS, "webhook-signature": SIGNATURE!.slice(3) }],
    ["signature_malformed", { ...HEADERS, "webhook-timestamp": "2026-11-20T10:00:00Z" }],
    ["signature_wrong", { ...HEADERS, "webhook-id": "msg_other" }],
    ["signature_wrong", { ...HEADERS, "webhook-timestamp": String(Number(TIME) + 1) }],
    ["signature_wrong", fathomHeaders(`${BODY} `, SECRET, NOW)],
    ["signature_wrong", fathomHeaders(BODY, OTHER, NOW)],
    // Whop's key: the text of the secret.
    ["signature_wrong", { ...without("webhook-signature"), ...standardHeaders(ID!, BODY, SECRET, NOW) }],
    ["signature_missing", stripeHeaders(BODY, SECRET, NOW)],
  ] as [string, Record<string, string>][])("%s: %j", async (code, headers) =>
    expect((await refusal({ headers })).code).toBe(code),
  );

  test("timestamp_too_old", async () => expect((await refusal({ now: NOW + 301_000 })).code).toBe("timestamp_too_old"));
  test("timestamp_in_future", async () =>
    expect((await refusal({ now: NOW - 301_000 })).code).toBe("timestamp_in_future"));
  test("secret_not_configured, for now, with where to find the secret", async () => {
    expect(await refusal({ secret: "" })).toEqual({
      code: "secret_not_configured",
      detail:
        "FATHOM_WEBHOOK_SECRET is not set. Set it to the webhook's secret (whsec_ and base64), " +
        "which Fathom shows when the webhook is created: Settings > API access.",
      retryLater: true,
    });
  });
  test.each(["whsec_not base64!", "whsec_", "whsec_a", `${SECRET} whsec_%%%`])(
    "secret_not_usable, for now, when the secret is %j",
    async (secret) => {
      const { code, detail, retryLater } = await refusal({ secret });
      expect([code, retryLater]).toEqual(["secret_not_usable", true]);
      expect(detail).toContain("whsec_ and base64");
    },
  );
  test("any code without revealing the secret", async () => {
    for (const request of [{ headers: {} }, { body: "{}" }, { now: 0 }, { secret: "whsec_%secret%" }]) {
      expect((await refusal(request)).detail).not.toMatch(/RVhB|%secret%/);
    }
  });
});

describe("verify, for any request,", () => {
  const header = fc.oneof(headerText, fc.constantFrom(ID!, TIME!, SIGNATURE!, `${SIGNATURE} x`, "v1,", "-1", "1e9"));
  const names = fc.constantFrom(...fathom.keptHeaders, "stripe-signature");

  test("never throws, and never accepts a request that it cannot verify", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(names, header),
        anyBytes,
        fc.double(),
        fc.string(),
        async (headers, body, now, secret) => {
          const verdict = await verify({ headers, body, now, secret });
          if (verdict.authentic) throw new Error("the request was accepted");
          expect(verdict.refusal.code).toMatch(/^[a-z_]+$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
  test("rejects a body with one byte changed", async () => {
    await fc.assert(
      fc.asyncProperty(oneByteAltered(utf8(BODY)), async (body) => {
        expect((await verify({ body })).authentic).toBe(false);
      }),
    );
  });
});

describe("read", () => {
  const meeting = JSON.parse(
    fathomEvent("new_meeting_content_ready", { recording_id: 123456789, created_at: "2026-11-20T10:32:11+01:00" }),
  );
  const read = (change: object, headers: Record<string, string> = HEADERS) =>
    fathom.read({ ...meeting, ...change }, new Headers(headers));

  test("returns the id and time of the headers, and the recording as the subject", () => {
    expect(read({})).toEqual({
      id: ID,
      type: "new_meeting_content_ready",
      occurredAt: new Date(NOW).toISOString(),
      subject: "123456789",
    });
  });
  test("accepts the header names of Svix", () => {
    expect(read({}, { "svix-id": "msg_1", "svix-timestamp": "1795168000", "svix-signature": "v1,x" })).toMatchObject({
      id: "msg_1",
      occurredAt: "2026-11-20T09:46:40.000Z",
    });
  });
  test("ignores an id header that the signature does not cover", () => {
    const svix = { "svix-id": "msg_signed", "svix-timestamp": TIME!, "svix-signature": SIGNATURE! };
    expect(read({}, { ...svix, "webhook-id": "msg_unsigned" }).id).toBe("msg_signed");
    expect(read({}, { ...HEADERS, "svix-id": "msg_unsigned" }).id).toBe(ID);
  });
  test("uses the body when there are no headers", () => {
    expect(read({}, {})).toMatchObject({
      id: "recording:123456789:2026-11-20T09:32:11.000Z",
      occurredAt: "2026-11-20T09:32:11.000Z",
    });
  });
  test("accepts the id of a recording as text", () =>
    expect(read({ recording_id: "123456789" }).subject).toBe("123456789"));

  test.each([
    [{ recording_id: undefined }, "recording_id: expected the id of a recording, found nothing"],
    [{ recording_id: 1.5 }, "recording_id: expected the id of a recording, found 1.5"],
    [{ recording_id: 2 ** 53 }, "recording_id: expected the id of a recording, found 9007199254740992"],
    [{ created_at: "yesterday" }, 'created_at: expected a time in ISO 8601, found "yesterday"'],
  ])("throws an error that names the field, for %j", (change, message) =>
    expect(() => read(change, {})).toThrow(new Error(message)),
  );
  test("throws an error that names an invalid header", () => {
    expect(() => read({}, { ...HEADERS, "webhook-timestamp": "soon" })).toThrow(
      'webhook-timestamp: expected a time in unix seconds, found "soon"',
    );
    expect(() => read({}, { ...HEADERS, "webhook-id": "x".repeat(256) })).toThrow(/^webhook-id: expected an id/);
  });
  test.each([null, 5, "text", [], true])("of %j keeps its id, and translating it throws", (body) => {
    const envelope = fathom.read(body, new Headers(HEADERS));
    expect(envelope).toMatchObject({ id: ID, subject: null });
    expect(() => fathom.translate(body, envelope)).toThrow(
      "recording_id: expected the id of a recording, found nothing",
    );
  });
});

test("stores no header with a secret", () => {
  expect(fathom.keptHeaders.every((name) => /^(webhook|svix)-(id|timestamp|signature)$/.test(name))).toBe(true);
});

describe("npm run send", () => {
  test.each(fathomTypes)("makes %s so that the official library verifies and parses it", (type) => {
    const before = Date.now();
    const body = fathomEvent(type);
    const parsed = Meeting$inboundSchema.parse(Fathom.verifyWebhook(SECRET, fathomHeaders(body, SECRET), body));
    expect(parsed.createdAt.getTime()).toBeGreaterThan(before - 10_000);
    expect(parsed.createdAt.getTime()).toBeLessThan(Date.now() + 10_000);
  });
  test("makes a new event about the same recording for the same sale", () => {
    const [one, two] = ["", ".without_summary"].map((variant) =>
      fathomEvent(`new_meeting_content_ready${variant}`, {}, "amina"),
    );
    expect(JSON.parse(one!).recording_id).toBe(JSON.parse(two!).recording_id);
    expect(JSON.parse(one!).url).toBe(`https://fathom.video/calls/${JSON.parse(one!).recording_id}`);
    expect(JSON.parse(fathomEvent(fathomTypes[0]!)).recording_id).not.toBe(JSON.parse(one!).recording_id);
  });
  test("gives each event its own id, the same one when it is sent again", () => {
    const ids = [BODY, BODY, ...Array.from({ length: 5 }, () => fathomEvent(fathomTypes[0]!, {}, "amina"))].map(
      (body) => fathomHeaders(body, SECRET)["webhook-id"],
    );
    expect(new Set(ids).size).toBe(6);
    expect(ids[0]).toBe(ids[1]);
  });
  test("sets the participants and the time", () => {
    const set = {
      "calendar_invitees.1.email": "new@example.com",
      scheduled_start_time: "2026-12-01T09:00:00Z",
      recording_id: 7,
    };
    const { calendar_invitees, scheduled_start_time, recording_id, url } = JSON.parse(
      fathomEvent(fathomTypes[0]!, set),
    );
    expect([calendar_invitees[1].email, scheduled_start_time, recording_id, url]).toEqual([
      ...Object.values(set),
      "https://fathom.video/calls/7",
    ]);
  });
  test("throws for an unknown type or field", () => {
    expect(() => fathomEvent("meeting.recorded")).toThrow(
      'There is no Fathom event "meeting.recorded". There are: new_meeting_content_ready,',
    );
    expect(() => fathomEvent(fathomTypes[0]!, { attendees: [] })).toThrow(
      '"attendees" is no field of a meeting. There are: title,',
    );
  });
  test("signs with the first secret of the environment", async () => {
    const headers = await sender.headers(BODY, "http://127.0.0.1/fathom");
    expect(await verify({ headers, now: Date.now(), secret: "whsec_ZGV2ZWxvcG1lbnQtZmF0aG9tLXNlY3JldC0x" })).toEqual(
      AUTHENTIC,
    );
  });
});
