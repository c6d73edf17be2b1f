/**
 * Every history of the registry is held to the same: what a provider's API tells is read like its webhook, and archived
 * as it was told.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseBody } from "../../../functions/_shared/inbound/read_event.ts";
import { readProviderMessage } from "../../../functions/_shared/inbound/receive_provider_message.ts";
import type { ProviderHistory, ProviderMessage } from "../../../functions/_shared/providers/provider_history.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { createProviders, type Providers } from "../../../local/providers/index.ts";
import type { StandIn } from "../../../local/providers/stand_in.ts";
import { type Mounted, mounted } from "../mounted.ts";
import { failure, timeout } from "../providers/gateways.ts";
import type { WebhookSample } from "./sample.ts";

const HOUR = 3_600_000;
const histories = Object.entries(PROVIDERS).filter(([, entry]) => entry.history);

test("there are histories", () => expect(histories.map(([name]) => name)).toContain("stripe"));

for (const [name, entry] of histories) {
  const sample: { webhook: WebhookSample } = await import(`./samples/${name}.ts`);
  const history: ProviderHistory = await entry.history!();

  describe(name, () => {
    let standIn: StandIn;
    let server: Mounted;
    let settings: Record<string, string>;
    const env = (variable: string) => settings[variable];

    beforeEach(async () => {
      standIn = createProviders()[name as keyof Providers];
      server = await mounted({ [name]: standIn });
      settings = {
        [`${name.toUpperCase()}_BASE_URL`]: server.url,
        ...Object.fromEntries(history.requiredEnv.map((variable) => [variable, `${variable} of a test`])),
      };
      for (const body of Object.values(sample.webhook.bodies)) standIn.put(body);
    });
    afterEach(() => server.stop());

    async function listed(signal = timeout()): Promise<ProviderMessage[]> {
      const now = Date.now();
      const pages: ProviderMessage[][] = [];
      for await (const page of history.listSince(env, new Date(now - HOUR), new Date(now + HOUR), signal))
        pages.push(page);
      return pages.flat();
    }

    test("names what it needs to be asked", () => {
      expect(history.requiredEnv.length).toBeGreaterThan(0);
      for (const variable of history.requiredEnv)
        expect(variable).toMatch(new RegExp(`^${name.toUpperCase()}_[A-Z_]+$`));
    });

    test("what it lists is read without an error, from the value and from what is archived alike", async () => {
      const provider = await entry.webhook();
      const messages = await listed();
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) {
        expect(parseBody(provider, message.text)).toEqual({ value: message.event });
        const event = await readProviderMessage(name, message);
        expect([event.error, event.trust, event.provider]).toEqual([null, "confirmed", name]);
      }
    });

    test("what it lists again has the same ids", async () => {
      const ids = async () =>
        (await Promise.all((await listed()).map((message) => readProviderMessage(name, message)))).map(
          (event) => event.provider_event_id,
        );
      const first = await ids();
      expect(new Set(await ids())).toEqual(new Set(first));
      if (history.listKind === "events") expect(new Set(first).size).toBe(first.length);
    });

    test.each(["500", "wrong shape", "not json"] as const)(
      "is an error, and no end of the list, when the provider answers %s",
      async (kind) => {
        standIn.fail({ kind, times: 99 });
        expect(await failure(listed())).toMatchObject({ temporary: true });
      },
    );

    test("is an error in time when the provider hangs", async () => {
      standIn.fail({ kind: "hang", times: 99 });
      expect(await failure(listed(timeout(300)))).toMatchObject({ code: "no_answer" });
    });

    test("knows no payment that the provider does not know", async () => {
      expect((await history.getStatus?.(env, { kind: "payment", ref: "unknown00" }, timeout())) ?? null).toBeNull();
    });
  });
}
