/**
 * Every gateway of the registry is held to the same suite. A new one needs `gateway` in samples/<name>.ts, and nothing
 * here.
 */
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { gatewaySuite } from "./gateway_suite.ts";
import type { GatewaySample } from "./sample.ts";

const gateways = Object.entries(PROVIDERS).filter(([, entry]) => entry.gateway);

test("there are gateways", () => expect(gateways.map(([name]) => name)).toContain("stripe"));

for (const [name, entry] of gateways) {
  const sample: { gateway: GatewaySample } = await import(`./samples/${name}.ts`);
  describe(name, () => gatewaySuite(name, entry, sample.gateway));
}
