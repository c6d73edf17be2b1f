/** Contenders in turns, round after round, so that whatever else the machine does befalls all of them alike. */
import { closedLoop } from "../lib/closed_loop.ts";
import type { Contender } from "../lib/contender.ts";
import { processorTime } from "../lib/processor_time.ts";
import { median, percentile } from "../lib/statistics.ts";

/** One contender's turn in one round. */
export interface Turn {
  contender: string;
  connections: number;
  round: number;
  events: number;
  seconds: number;
  events_per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** Processor time of this process, the contender's client side; and of Postgres. */
  client_cpu_ms_per_event: number;
  postgres_cpu_ms_per_event: number;
}

export interface Plan {
  /** How many events one turn has at so many connections. */
  events: Record<number, number>;
  rounds: number;
  /** Process id of the Postgres server. */
  server: number;
  /** Contenders that take fewer: their share of the events. */
  share: (contender: Contender) => number;
  progress: (line: string) => void;
}

/** Events before the clock starts, each time: connections are open then, and plans and code are warm. */
const WARM_UP = 40;

const rounded = (value: number) => Math.round(value * 1000) / 1000;

async function turn(
  contender: Contender,
  connections: number,
  round: number,
  events: number,
  server: number,
): Promise<Turn> {
  const { calls, settle } = await contender.prepare(WARM_UP + events, connections);
  await closedLoop(connections, calls.splice(0, WARM_UP));
  const before = processorTime(server);
  const { seconds, latencies } = await closedLoop(connections, calls);
  const after = processorTime(server);
  await settle?.();
  return {
    contender: contender.name,
    connections,
    round,
    events,
    seconds: rounded(seconds),
    events_per_second: rounded(events / seconds),
    p50_ms: rounded(percentile(latencies, 50)),
    p99_ms: rounded(percentile(latencies, 99)),
    client_cpu_ms_per_event: rounded((after.client - before.client) / events),
    postgres_cpu_ms_per_event: rounded((after.server - before.server) / events),
  };
}

export async function runRounds(contenders: Contender[], plan: Plan): Promise<Turn[]> {
  const turns: Turn[] = [];
  const sizes = Object.entries(plan.events).map(([connections, events]) => ({
    connections: Number(connections),
    events,
  }));
  const share = (contender: Contender, events: number) => Math.ceil(events * plan.share(contender));

  for (let round = 1; round <= plan.rounds; round++) {
    const inTurn = contenders.map((_, i) => contenders[(i + round) % contenders.length]!);
    for (const { connections, events } of sizes) {
      for (const contender of inTurn) {
        turns.push(await turn(contender, connections, round, share(contender, events), plan.server));
      }
    }
    plan.progress(`round ${round} of ${plan.rounds}`);
  }
  return turns;
}

export interface Row {
  contender: string;
  connections: number;
  events_per_second: number;
  p50_ms: number;
  p99_ms: number;
  client_cpu_ms_per_event: number;
  postgres_cpu_ms_per_event: number;
  /** Events a second in units of a rival's in the same round: the median over the rounds, the least and the most. */
  ratios: Record<string, { to: string; median: number; least: number; most: number }>;
}

const MEASURES = [
  "events_per_second",
  "p50_ms",
  "p99_ms",
  "client_cpu_ms_per_event",
  "postgres_cpu_ms_per_event",
] as const;

/**
 * Medians over the rounds. `rivals` names whom to compare with: of several, the one that is faster at that number of
 * connections.
 */
export function summarize(turns: Turn[], contenders: string[], rivals: Record<string, string[]>): Row[] {
  const of = (contender: string, connections: number) =>
    turns.filter((t) => t.contender === contender && t.connections === connections);
  const speed = (contender: string, connections: number) =>
    median(of(contender, connections).map((t) => t.events_per_second));
  const rows: Row[] = [];
  for (const connections of new Set(turns.map((t) => t.connections))) {
    for (const contender of contenders) {
      const own = of(contender, connections);
      const ratios = Object.entries(rivals).map(([name, candidates]) => {
        const rival = candidates.toSorted((a, b) => speed(b, connections) - speed(a, connections))[0]!;
        const theirs = new Map(of(rival, connections).map((t) => [t.round, t.events_per_second]));
        const all = own.map((t) => t.events_per_second / theirs.get(t.round)!);
        return [
          name,
          {
            to: rival,
            median: rounded(median(all)),
            least: rounded(Math.min(...all)),
            most: rounded(Math.max(...all)),
          },
        ] as const;
      });
      const medians = MEASURES.map((measure) => [measure, rounded(median(own.map((t) => t[measure])))] as const);
      rows.push({ contender, connections, ...Object.fromEntries(medians), ratios: Object.fromEntries(ratios) } as Row);
    }
  }
  return rows;
}
