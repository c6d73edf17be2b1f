/**
 * Measures a deliverer: how many messages a second from a full outbox, and how long one takes when they come one by
 * one.
 */
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../simulator/until.ts";
import type { Deliverer } from "../lib/deliverer.ts";
import { childrenTime, timeOf } from "../lib/processor_time.ts";
import { SECRET } from "../lib/sign.ts";
import { checkHeard, now, type Sink } from "../lib/sink.ts";
import { percentile } from "../lib/statistics.ts";

export interface ThroughputTurn {
  deliverer: string;
  round: number;
  messages: number;
  seconds: number;
  per_second: number;
  /** Processor time a delivery: of the process that sends, of Postgres, and of the receiver. */
  sender_cpu_ms: number;
  postgres_cpu_ms: number;
  sink_cpu_ms: number;
}

export interface LatencyTurn {
  deliverer: string;
  round: number;
  /** Messages committed a second. */
  rate: number;
  messages: number;
  p50_ms: number;
  p99_ms: number;
  max_ms: number;
}

/** Where measurements are taken. */
export interface Place {
  sink: Sink;
  /** Process id of the Postgres server. */
  server: number;
}

/** Messages before the clock starts: processes and connections are there then, code and plans warm. */
const WARM_UP = 500;
/** How long a turn may take at most, in ms. */
const MAX_TURN_MS = 600_000;
/** Of a latency run, the first part is not counted: the sender may have been asleep. In seconds. */
const WAKING = 1;

const rounded = (value: number) => Math.round(value * 1000) / 1000;

async function empty(deliverer: Deliverer, messages: number, { sink }: Place): Promise<void> {
  await deliverer.load(messages);
  await sink.reset();
  const arrived = sink.expect(deliverer.path, messages);
  await deliverer.start();
  await arrived;
  await until(`${deliverer.name} to be done`, deliverer.done, MAX_TURN_MS);
}

/** From the first message's arrival until the last one is recorded. */
export async function throughput(
  deliverer: Deliverer,
  round: number,
  plan: number,
  place: Place,
): Promise<ThroughputTurn> {
  const { sink, server } = place;
  const messages = Math.ceil(plan * deliverer.share);
  await empty(deliverer, Math.ceil(WARM_UP * deliverer.share), place);
  const before = { sender: timeOf(deliverer.pid()), postgres: childrenTime(server), sink: timeOf(sink.pid) };
  await deliverer.load(messages);
  const loaded = childrenTime(server) - before.postgres;
  before.sender = timeOf(deliverer.pid());
  await sink.reset();
  const arrived = sink.expect(deliverer.path, messages);
  await deliverer.start();
  await arrived;
  while (!(await deliverer.done())) await pause(2);
  const end = now();
  const after = { sender: timeOf(deliverer.pid()), postgres: childrenTime(server), sink: timeOf(sink.pid) };
  const heard = await sink.report();
  checkHeard(deliverer.name, heard, SECRET, { [deliverer.path]: messages });
  await deliverer.rest();
  const seconds = (end - heard.paths[deliverer.path]!.first) / 1000;
  return {
    deliverer: deliverer.name,
    round,
    messages,
    seconds: rounded(seconds),
    per_second: rounded(messages / seconds),
    sender_cpu_ms: rounded((after.sender - before.sender) / messages),
    postgres_cpu_ms: rounded((after.postgres - before.postgres - loaded) / messages),
    sink_cpu_ms: rounded((after.sink - before.sink) / messages),
  };
}

/** From the moment a message's commit begins until it is at the receiver, at a steady `rate` a second. */
export async function latency(
  deliverer: Deliverer,
  round: number,
  rate: number,
  seconds: number,
  { sink }: Place,
): Promise<LatencyTurn> {
  const messages = Math.round(rate * (WAKING + seconds));
  await sink.reset();
  await deliverer.load(0);
  await deliverer.start();
  const arrived = sink.expect(deliverer.path, messages);
  const from = now();
  const added: Promise<{ id: string; at: number }>[] = [];
  for (let i = 0; i < messages; i++) {
    await pause(Math.max(0, from + (i * 1000) / rate - now()));
    added.push(deliverer.add());
  }
  const commits = await Promise.all(added);
  await arrived;
  await until(`${deliverer.name} to be done`, deliverer.done, MAX_TURN_MS);
  const heard = await sink.report();
  checkHeard(deliverer.name, heard, SECRET, { [deliverer.path]: messages });
  await deliverer.rest();
  const times = commits.slice(Math.round(rate * WAKING)).map(({ id, at }) => heard.arrivals[id]! - at);
  return {
    deliverer: deliverer.name,
    round,
    rate,
    messages: times.length,
    p50_ms: rounded(percentile(times, 50)),
    p99_ms: rounded(percentile(times, 99)),
    max_ms: rounded(Math.max(...times)),
  };
}
