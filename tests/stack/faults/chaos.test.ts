/** A few short seeds of the chaos lab, and that it catches what it must. More of both: `npm run chaos`. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../../scripts/schema/schema.ts";
import { BROKEN_BUILDS, patched, startBrokenLab } from "../../../simulator/chaos/broken_builds.ts";
import { startLab } from "../../../simulator/chaos/lab.ts";
import { FAULT_KINDS, planOf } from "../../../simulator/chaos/plan.ts";
import { RULES, violationsOf } from "../../../simulator/chaos/rules.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const MS = 2000;

test("short seeds with faults of every kind end without a violation", async () => {
  const lab = await startLab();
  try {
    for (const seed of SEEDS) {
      const violations = violationsOf(await lab.run(planOf(seed, MS)));
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  } finally {
    await lab.stop();
  }
});

/** The quickest to catch; `npm run chaos -- --broken all` runs all of them. */
const QUICK = { "no dedupe": "eventsAreArchivedOnce", "stock not taken": "stockIsConserved" };

describe("a build that is broken on purpose is caught", () => {
  test.each(Object.entries(QUICK))("%s, by %s", async (name, rule) => {
    const lab = await startBrokenLab(BROKEN_BUILDS[name]!);
    try {
      const history = await lab.run(planOf(1, MS, ["duplicate", "flood"]));
      expect(violationsOf(history).map((violation) => violation.rule)).toContain(rule);
    } finally {
      await lab.stop();
    }
  });

  test("the patches of files are up to date: each stands in its file once", async () => {
    for (const { patches } of Object.values(BROKEN_BUILDS)) {
      for (const patch of patches) {
        if (!("file" in patch)) continue;
        const text = await readFile(path.join(ROOT, patch.file), "utf8");
        expect(patched(patch.file, text, patch)).not.toBe(text);
      }
    }
  });
});

test("the guide names every kind of fault and every rule", async () => {
  const guide = await readFile(path.join(ROOT, "docs/guides/chaos.md"), "utf8");
  for (const name of [...FAULT_KINDS, ...Object.keys(RULES)]) expect(guide).toContain(`\`${name}\``);
});
