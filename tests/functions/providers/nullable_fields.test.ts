/** Every field that a provider's SDK says may be null may be: alone, in any company, and all at once. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readEvent } from "../../../functions/_shared/inbound/read_event.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { type SdkEvent, type SdkEvents, sdkEvents, withNull } from "./sdk_events.ts";

let events: SdkEvents;
beforeAll(async () => {
  events = await sdkEvents();
}, 300_000);

const HEADERS = { "webhook-id": "msg_1", "webhook-timestamp": "1795168805" };

interface Outcome {
  /** Why the event cannot be read; null when it can be. */
  error: string | null;
  hasFacts: boolean;
}

async function outcome(name: string, body: Record<string, unknown>): Promise<Outcome> {
  const provider = await PROVIDERS[name]!.webhook();
  const text = JSON.stringify(body);
  const event = (provider.parse ?? JSON.parse)(text);
  const read = await readEvent({ provider, headers: new Headers(HEADERS), body: text, trust: "signed", event });
  return { error: read.error, hasFacts: read.facts !== null && read.facts.length > 0 };
}
const failure = async (name: string, body: Record<string, unknown>) => (await outcome(name, body)).error;

/** Those of which something is read besides the envelope. */
async function translated(name: keyof typeof events): Promise<SdkEvent[]> {
  const found: SdkEvent[] = [];
  for (const event of events[name]) if ((await outcome(name, event.body)).hasFacts) found.push(event);
  return found;
}

/**
 * Those of `paths` that may be null together. Money that was paid, and of which nothing says how much or in what
 * currency, must fail, for a person to look at.
 */
function mayBeNull(type: string, paths: string[][]): string[][] {
  const has = (one: string) => paths.some((at) => at.join(".") === one);
  const without = (one: string) => paths.filter((at) => at.join(".") !== one);
  if (type === "payment.succeeded" && has("data.total") && has("data.usd_total")) return without("data.usd_total");
  if (type.startsWith("checkout.session.") && !has("data.object.amount_total")) return without("data.object.currency");
  return paths;
}

describe.each(["stripe", "whop", "fathom"] as const)("%s", (name) => {
  test("an event of every type is read", async () => {
    const failed: string[] = [];
    for (const { type, body } of events[name]) {
      const why = await failure(name, body);
      if (why !== null) failed.push(`${type}: ${why}`);
    }
    expect(failed).toEqual([]);
    expect(events[name].length).toBeGreaterThan({ stripe: 200, whop: 30, fathom: 0 }[name]);
  }, 300_000);

  test("each nullable field may be null", async () => {
    const failed: string[] = [];
    let fields = 0;
    for (const { type, body, nullable } of await translated(name)) {
      for (const at of nullable.flatMap((one) => mayBeNull(type, [one]))) {
        fields++;
        const why = await failure(name, withNull(body, at));
        if (why !== null) failed.push(`${type}, ${at.join(".")}: ${why}`);
      }
    }
    expect(failed).toEqual([]);
    expect(fields).toBeGreaterThan({ stripe: 1000, whop: 200, fathom: 5 }[name]);
  }, 300_000);

  test("any of them, and all at once, may be null", async () => {
    const some = await translated(name);
    for (const { type, body, nullable } of some)
      expect([type, await failure(name, withNull(body, ...mayBeNull(type, nullable)))]).toEqual([type, null]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...some).chain((event) => fc.tuple(fc.constant(event), fc.subarray(event.nullable))),
        async ([{ type, body }, paths]) => {
          expect(await failure(name, withNull(body, ...mayBeNull(type, paths)))).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  }, 300_000);
});

test("a payment that succeeded and says nowhere how much it was is an error, and no payment of 0", async () => {
  const { body } = events.whop.find(({ type }) => type === "payment.succeeded")!;
  expect(await failure("whop", withNull(body, ["data", "total"], ["data", "usd_total"]))).toContain("data.total");
});
