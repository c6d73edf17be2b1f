/** Every field that a provider's SDK says may be null may be: alone, in any company, and all at once. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readEvent } from "../../../functions/_shared/inbound/read_event.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { type SdkEvent, sdkEvents, withNull } from "./sdk_events.ts";

let events: ReturnType<typeof sdkEvents>;
beforeAll(() => {
  events = sdkEvents();
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

/** Money came, and how much is nowhere said: that must fail, for a person to look at. */
const isUnknownMoney = (type: string, paths: string[][]) =>
  type === "payment.succeeded" &&
  ["data.total", "data.usd_total"].every((one) => paths.some((at) => at.join(".") === one));

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
      for (const at of nullable) {
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
    const mayBeNull = (type: string, paths: string[][]) =>
      isUnknownMoney(type, paths) ? paths.filter((at) => at.join(".") !== "data.usd_total") : paths;
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
