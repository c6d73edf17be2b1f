/** Authentic bodies in every encoding that a sender may try: JSON in UTF-8 is taken, everything else is a clear 400. */
import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { stripe } from "../../../functions/_shared/providers/stripe/webhook.ts";

const SECRET = "whsec_development_secret_of_stripe";
const EVENT = JSON.stringify({ id: "evt_1", object: "event", type: "plan.created", created: 1, data: { object: {} } });

/** What reached inbox.receive. */
let stored: { body: string; provider_event_id: string; type: string }[] = [];
beforeEach(() => {
  stored = [];
});
const runtime = {
  env: (name: string) => (name === "STRIPE_WEBHOOK_SECRET" ? SECRET : undefined),
  now: () => Date.now(),
  defer() {},
  ending: new AbortController().signal,
  database: {
    async query(statement: string, [values]: never[]) {
      if (!statement.includes("inbox.receive")) return [];
      const events = typeof values === "string" ? JSON.parse(values) : values;
      stored.push(...events);
      return events.map(() => ({ id: "1", status: "ignored", duplicate: false, error: null }));
    },
    close: async () => {},
  },
} as unknown as Runtime;
const handle = webhookHandler(stripe, () => ({ scheduleDelivery() {} }), runtime);

async function send(body: Buffer): Promise<[number, string | undefined]> {
  const time = Math.floor(Date.now() / 1000);
  const digest = createHmac("sha256", SECRET).update(`${time}.`).update(body).digest("hex");
  const headers = { "stripe-signature": `t=${time},v1=${digest}` };
  const response = await handle(
    new Request("http://localhost/", { method: "POST", headers, body: new Uint8Array(body) }),
  );
  return [response.status, ((await response.json()) as { error?: string }).error];
}

describe("is taken:", () => {
  test.each<[string, string]>([
    ["UTF-8", EVENT],
    ["UTF-8 with a byte order mark", `\ufeff${EVENT}`],
    ["with white space around it", `\r\n\t ${EVENT} \n`],
    ["with an escaped NUL", EVENT.replace('"object":{}', String.raw`"object":{"name":"a\u0000b"}`)],
    ["with half of a surrogate pair, escaped", EVENT.replace('"object":{}', String.raw`"object":{"name":"\ud83d"}`)],
    ["with letters beyond ASCII", EVENT.replace('"object":{}', '"object":{"name":"Zoë 😀"}')],
  ])("%s, and is kept as it came", async (_, body) => {
    expect(await send(Buffer.from(body))).toEqual([200, undefined]);
    expect(stored).toMatchObject([{ body, provider_event_id: "evt_1", type: "plan.created" }]);
  });
});

describe("is refused with 400 body_not_json, and nothing is stored:", () => {
  const utf16 = Buffer.from(`\ufeff${EVENT}`, "utf16le");
  test.each<[string, Buffer]>([
    ["UTF-16, little endian", utf16],
    ["UTF-16, big endian", Buffer.from(utf16).swap16()],
    ["UTF-16 without a mark", Buffer.from(EVENT, "utf16le")],
    ["Latin-1", Buffer.from(EVENT.replace("{}", '{"name":"Zoë"}'), "latin1")],
    [
      "half of a surrogate pair in UTF-8",
      Buffer.concat([Buffer.from('{"id":"'), Buffer.of(0xed, 0xa0, 0x80, 0x22, 0x7d)]),
    ],
    ["a NUL as it is", Buffer.from(EVENT.replace("evt_1", "evt_\0"))],
    ["two byte order marks", Buffer.from(`\ufeff\ufeff${EVENT}`)],
    ["nothing", Buffer.alloc(0)],
    ["a byte order mark alone", Buffer.from("\ufeff")],
  ])("%s", async (_, body) => {
    expect(await send(body)).toEqual([400, "body_not_json"]);
    expect(stored).toEqual([]);
  });
});
