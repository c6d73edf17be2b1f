/**
 * Every provider of the registry is held to the same suite. A new one needs its sample, samples/<name>.ts, and nothing
 * here.
 */
import { describe } from "vitest";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { providerSuite } from "./provider_suite.ts";
import type { WebhookSample } from "./sample.ts";

for (const [name, { webhook }] of Object.entries(PROVIDERS)) {
  const sample: { webhook: WebhookSample } = await import(`./samples/${name}.ts`);
  describe(name, () => providerSuite(name, webhook, sample.webhook));
}
