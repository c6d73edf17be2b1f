/** The fuzzer's requests: any plan makes one, for every provider. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { developmentEnvironment } from "../../local/environment.ts";
import { compose } from "../../simulator/fuzz/compose.ts";
import { type Plan, plans } from "../../simulator/fuzz/plan.ts";
import { TARGETS } from "../../simulator/fuzz/targets.ts";

const setting = {
  apiUrl: "http://127.0.0.1:1",
  functionsUrl: "http://127.0.0.1:1/functions/v1",
  secrets: { ...developmentEnvironment(), MAKE_WEBHOOK_SECRET: "development-make-secret-for-fuzzing" },
  sales: [{ sku: "sku", checkout: "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11", name: "sale" }],
};

describe.each(Object.entries(TARGETS))("%s", (name, target) => {
  test("any plan makes a request", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(compose(name, target, plan, setting).url).toContain(target.function ?? name);
      }),
      { numRuns: 300 },
    );
  });

  test("an object with a member toString may be sent twice", () => {
    const plan: Plan = {
      ...{ type: 0, sale: 0, damage: [], seal: "right", sharedId: null, headers: [], method: "POST" },
      ...{ hangsUp: false, known: true },
      changes: [
        { pick: 0, do: "add", name: "toString", value: { toString: null } },
        { pick: 1, do: "repeat", value: { toString: {} } },
      ],
    };
    expect(compose(name, target, plan, setting).isJson).toBe(true);
  });
});
