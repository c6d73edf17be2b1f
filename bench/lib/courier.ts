/**
 * Our own way out, as it is deployed: the doorbell wakes functions/dispatch in its Deno process, which empties the
 * outbox.
 */
import postgres from "postgres";
import { until } from "../../simulator/until.ts";
import { expectNumbers } from "./contender.ts";
import { type Deliverer, payload } from "./deliverer.ts";
import { childWith } from "./processor_time.ts";
import { SECRET } from "./sign.ts";
import { now, type Sink, startSink } from "./sink.ts";
import { type BenchStack, openBenchStack } from "./stack.ts";

/** How many destinations there are for the benchmarks: bench_1, bench_2 … */
const DESTINATIONS = 10;
export const destinationNames = Array.from({ length: DESTINATIONS }, (_, i) => `bench_${i + 1}`);

/** The secrets of all of them, for the functions' environment. */
const destinationSecrets = Object.fromEntries(
  destinationNames.map((name) => [`${name.toUpperCase()}_SIGNING_SECRET`, SECRET]),
);

export interface Limits {
  /** Requests under way at once per destination. */
  inFlight: number;
  perSecond: number;
}

export interface Outbox {
  sql: postgres.Sql;
  /**
   * Commits messages, each about a record of its own, spread over destinations in turns. They are held back until
   * `release`.
   */
  load(messages: number, destinations: string[]): Promise<void>;
  release(): Promise<void>;
  /** Whether nothing waits for these destinations, and nothing is under way to them. */
  settled(destinations: string[]): Promise<boolean>;
  /** Waits until no courier is awake. */
  asleep(): Promise<void>;
  close(): Promise<void>;
}

/** A receiver, a stack, and an outbox that sends to `path` of that receiver. What ends them is added to `ends`. */
export async function openStand(
  ends: (() => Promise<unknown>)[],
  path: string,
  limits: Limits,
): Promise<{ sink: Sink; stack: BenchStack; outbox: Outbox }> {
  const sink = await startSink();
  ends.push(sink.stop);
  const stack = await openBenchStack({ env: destinationSecrets, pgNet: true });
  ends.push(stack.stop);
  const outbox = await openOutbox(stack, `${sink.url}${path}`, limits);
  ends.push(outbox.close);
  return { sink, stack, outbox };
}

/** Readies the outbox: our destinations, all at `url`, and nothing else that could be due. */
export async function openOutbox(stack: BenchStack, url: string, { inFlight, perSecond }: Limits): Promise<Outbox> {
  const sql = postgres(stack.adminUrl, { max: 2, onnotice() {} });
  await sql`update outbox.destinations set paused_at = now(), paused_reason = 'benchmark'`;
  await sql`
    insert into outbox.destinations (name, url, max_in_flight, max_per_second, tokens)
    select name, ${url}, ${inFlight}, ${perSecond}, ${perSecond} from unnest(${destinationNames}::text[]) as name`;

  return {
    sql,
    async load(messages, destinations) {
      await sql`update outbox.destinations set paused_at = now(), paused_reason = 'benchmark'
        where name = any (${destinationNames})`;
      const together = 5000;
      for (let from = 0; from < messages; from += together) {
        const bodies = Array.from({ length: Math.min(together, messages - from) }, (_, i) => payload(from + i));
        await sql.begin(async (transaction) => {
          await transaction`
            select set_config('signalbox.rung', 'yes', true)`; // no bell for what is held back: `release` rings
          await transaction`
            with written as (
              insert into outbox.messages (type, record_key, payload)
              select 'order.created', 'orders/' || gen_random_uuid(), body from unnest(${bodies}::text[]) as body
              returning id, record_key, sequence
            )
            insert into outbox.deliveries (message_id, destination, record_key)
            select id, (${destinations}::text[])[1 + (row_number() over (order by sequence) - 1) %
              ${destinations.length}], record_key
            from written order by sequence`;
        });
      }
    },
    async release() {
      await sql`
        update outbox.destinations set paused_at = null, paused_reason = null, held_until = null, held_reason = null
        where name = any (${destinationNames})`;
      await sql`select outbox.ring_if_due()`;
    },
    async settled(destinations) {
      const [row] = await sql`
        select not exists (
          select 1 from outbox.deliveries where destination = any (${destinations}) and status in ('pending', 'sending')
        ) as yes`;
      return row!.yes;
    },
    async asleep() {
      await until(
        "the courier to sleep",
        async () => !(await sql`select outbox.courier_is_awake() as yes`)[0]!.yes,
        60_000,
      );
    },
    close: () => sql.end(),
  };
}

/** @param path where the outbox's destinations are at the sink. */
export function courier(outbox: Outbox, path: string): Deliverer {
  const { sql } = outbox;
  const [destination] = destinationNames;
  let sent = 0;
  return {
    name: "signalbox",
    path,
    does: "claimed in order of its record, signed, sent, the attempt logged, the delivery settled",
    share: 1,
    async load(messages) {
      sent += messages;
      await outbox.load(messages, [destination!]);
    },
    start: outbox.release,
    done: () => outbox.settled([destination!]),
    async rest() {
      await outbox.asleep();
      await sql`
        vacuum (analyze) outbox.deliveries, outbox.messages, outbox.attempts, outbox.couriers, outbox.destinations`;
    },
    async add() {
      const body = payload(sent++);
      let at = 0;
      const id = await sql.begin(async (transaction) => {
        const [row] = await transaction`
          select outbox.write_message('order.created', 'orders/' || gen_random_uuid(), ${body}, null,
            ${[destination!]}) as id`;
        at = now();
        return row!.id;
      });
      return { id: `msg_${id}`, at };
    },
    pid: () => childWith("/dispatch/index.ts"),
    async check() {
      const [row] = await sql`
        select
          (select count(*) from outbox.deliveries where destination = ${destination!} and status = 'delivered')
          as delivered,
          (select count(*) from outbox.deliveries where destination = ${destination!} and attempts = 1) as once,
          (select count(*) from outbox.attempts a join outbox.deliveries d on d.id = a.delivery_id
            where d.destination = ${destination!} and a.status_code = 200) as attempts`;
      const found = Object.fromEntries(Object.entries(row!).map(([name, count]) => [name, Number(count)]));
      return expectNumbers("signalbox", found, { delivered: sent, once: sent, attempts: sent });
    },
    stop: async () => {},
  };
}
