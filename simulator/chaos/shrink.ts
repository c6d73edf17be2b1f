/** Makes a plan that fails smaller, as long as it fails: fewer faults, then less traffic. */
import type { Plan } from "./plan.ts";

/**
 * The smallest plan that was found to fail. `fails` runs a plan, at most `runs` times. What is left out of the traffic
 * takes with it what refers to it.
 */
export async function shrink(
  plan: Plan,
  fails: (smaller: Plan) => Promise<boolean>,
  runs: number,
): Promise<{ plan: Plan; runs: number }> {
  let left = runs;
  let best = plan;
  async function tryOut(smaller: Plan): Promise<boolean> {
    if (left <= 0) return false;
    left--;
    if (!(await fails(smaller))) return false;
    best = smaller;
    return true;
  }

  for (const part of ["faults", "traffic"] as const) {
    if (best[part].length > 0 && part === "faults" && (await tryOut({ ...best, faults: [] }))) continue;
    // Delta debugging: halves are left out, then quarters, down to single things.
    for (
      let size = Math.ceil(best[part].length / 2);
      size >= 1 && left > 0;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    ) {
      for (let from = 0; from < best[part].length && left > 0; ) {
        const rest = [...best[part].slice(0, from), ...best[part].slice(from + size)];
        const smaller = whole({ ...best, [part]: rest });
        if (smaller[part].length === 0 && part === "traffic") from += size;
        else if (!(await tryOut(smaller))) from += size;
      }
    }
  }
  const shorter = whole({ ...best, ms: Math.max(0, ...[...best.traffic, ...best.faults].map(({ at }) => at)) + 100 });
  if (shorter.ms < best.ms) await tryOut(shorter);
  return { plan: best, runs: runs - left };
}

/** Without what refers to a purchase that is no longer there. */
function whole(plan: Plan): Plan {
  const names = new Set(plan.traffic.flatMap((one) => (one.do === "buy" ? [one.name] : [])));
  const stays = plan.traffic.filter(
    (one) => (one.do !== "forge" || names.has(one.victim)) && (one.do !== "flood" || names.has(one.of)),
  );
  return { ...plan, traffic: stays };
}
