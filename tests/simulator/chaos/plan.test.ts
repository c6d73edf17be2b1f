/** Plans of the chaos lab: data that a seed gives, and what makes a failing one smaller. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandOf, FAULT_KINDS, type FaultKind, type Plan, planOf } from "../../../simulator/chaos/plan.ts";
import { shrink } from "../../../simulator/chaos/shrink.ts";

const seeds = fc.nat(1_000_000);
const lengths = fc.integer({ min: 1000, max: 60_000 });
const kinds = fc.subarray([...FAULT_KINDS]);

test("the same seed, length and kinds give the same plan", () => {
  fc.assert(
    fc.property(seeds, lengths, kinds, (seed, ms, some) => {
      expect(planOf(seed, ms, some)).toEqual(planOf(seed, ms, some));
    }),
  );
});

test("a plan is data: it can be written to a file and read again", () => {
  fc.assert(
    fc.property(seeds, lengths, (seed, ms) => {
      const plan = planOf(seed, ms);
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    }),
  );
});

test("everything happens within its time, in order", () => {
  fc.assert(
    fc.property(seeds, lengths, (seed, ms) => {
      const { traffic, faults } = planOf(seed, ms);
      for (const list of [traffic, faults]) {
        const times = list.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every((at) => at >= 0 && at <= ms + 50)).toBe(true);
      }
    }),
  );
});

test("there are only faults of the kinds that are asked for", () => {
  fc.assert(
    fc.property(seeds, lengths, kinds, (seed, ms, some) => {
      const { faults, traffic } = planOf(seed, ms, some);
      const may = (kind: FaultKind) => some.includes(kind);
      expect(faults.filter(({ kind }) => !may(kind))).toEqual([]);
      const buys = traffic.filter((one) => one.do === "buy");
      if (!may("duplicate")) expect(buys.every(({ copies }) => copies === 1)).toBe(true);
      if (!may("reorder")) expect(buys.some(({ reversed }) => reversed)).toBe(false);
      if (!may("forge")) expect(traffic.some((one) => one.do === "forge")).toBe(false);
      if (!may("flood")) expect(traffic.some((one) => one.do === "flood")).toBe(false);
    }),
  );
});

test("every kind of fault is in one of a hundred plans", () => {
  const found = new Set(
    Array.from({ length: 100 }, (_, seed) => planOf(seed, 5000).faults.map(({ kind }) => kind)).flat(),
  );
  expect([...found].sort()).toEqual(FAULT_KINDS.slice(0, 10).toSorted());
});

test("what a forgery or a flood refers to is in the plan, also when it is made smaller", async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const isWhole = ({ traffic }: Plan) => {
        const names = traffic.flatMap((one) => (one.do === "buy" ? [one.name] : []));
        for (const one of traffic) {
          if (one.do === "forge") expect(names).toContain(one.victim);
          if (one.do === "flood") expect(names).toContain(one.of);
        }
        return true;
      };
      isWhole(planOf(seed, 5000));
      await shrink(planOf(seed, 5000), async (plan) => isWhole(plan) && plan.traffic.length > 2, 60);
    }),
    { numRuns: 30 },
  );
});

test("shrinking finds the one fault and the one purchase that fail together", async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.nat(), fc.nat(), async (seed, i, j) => {
      const plan = planOf(seed, 5000);
      const fault = plan.faults[i % plan.faults.length]!;
      const buys = plan.traffic.filter((one) => one.do === "buy");
      const buy = buys[j % buys.length]!;
      const fails = async ({ faults, traffic }: Plan) => faults.includes(fault) && traffic.includes(buy);
      const { plan: smallest } = await shrink(plan, fails, 500);
      expect({ faults: smallest.faults, traffic: smallest.traffic }).toEqual({ faults: [fault], traffic: [buy] });
      expect(smallest.ms).toBeLessThanOrEqual(plan.ms);
    }),
    { numRuns: 50 },
  );
});

test("shrinking keeps to its number of runs, and to plans that fail", async () => {
  await fc.assert(
    fc.asyncProperty(
      seeds,
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (seed, runs, need) => {
        let ran = 0;
        const fails = async ({ traffic }: Plan) => {
          ran++;
          return traffic.length >= need;
        };
        const { plan } = await shrink(planOf(seed, 5000), fails, runs);
        expect(ran).toBeLessThanOrEqual(runs);
        expect(plan.traffic.length).toBeGreaterThanOrEqual(need);
      },
    ),
    { numRuns: 50 },
  );
});

test("the line to run it again gives the same plan", () => {
  const plan = planOf(7, 5000, ["provider", "flood"]);
  expect(commandOf(plan, ["provider", "flood"])).toBe(
    'npm run chaos -- --seed 7 --seconds 5 --faults "provider,flood"',
  );
  expect(commandOf(planOf(7, 5000), FAULT_KINDS)).toBe("npm run chaos -- --seed 7 --seconds 5");
  expect(commandOf(plan, FAULT_KINDS, "f.json")).toBe('npm run chaos -- --plan "f.json"');
});
