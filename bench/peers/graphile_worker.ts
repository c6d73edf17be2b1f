/** The nearest peer: graphile-worker, a job queue on Postgres, whose job is one signed request. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { runMigrations } from "graphile-worker";
import postgres from "postgres";
import { expectNumbers } from "../lib/contender.ts";
import { type Deliverer, payload } from "../lib/deliverer.ts";
import { forkProcess, now } from "../lib/sink.ts";
import type { Command, Tuning } from "./graphile_worker_process.ts";

export interface Peer {
  deliverer(name: string, tuning: Tuning, url: string): Deliverer;
  stop(): Promise<void>;
}

/** @param connectionString a database of its own. */
export async function openGraphileWorker(connectionString: string): Promise<Peer> {
  await runMigrations({ connectionString });
  const sql = postgres(connectionString, { max: 2, onnotice() {} });
  const child = forkProcess("peers/graphile_worker_process.ts");
  await once(child, "message");

  async function tell(command: Command): Promise<void> {
    const done = once(child, "message");
    child.send(command);
    await done;
  }

  function deliverer(name: string, tuning: Tuning, url: string): Deliverer {
    let running = false;
    const left = async () => Number((await sql`select count(*) from graphile_worker._private_jobs`)[0]!.count);
    async function rest(): Promise<void> {
      if (running) await tell({ stop: true });
      running = false;
    }
    return {
      name,
      path: new URL(url).pathname,
      does: "a job of graphile-worker is taken, signed, sent and deleted; no log of attempts, no order",
      share: 1,
      async load(messages) {
        await rest();
        const together = 5000;
        for (let from = 0; from < messages; from += together) {
          const jobs = Array.from({ length: Math.min(together, messages - from) }, (_, i) => ({
            id: randomUUID(),
            body: payload(from + i),
          }));
          await sql`
            select graphile_worker.add_job('deliver', job::json) from jsonb_array_elements(${sql.json(jobs)}) as job`;
        }
      },
      async start() {
        running = true;
        await tell({ start: { connectionString, url, tuning } });
      },
      done: async () => (await left()) === 0,
      async rest() {
        await rest();
        await sql`vacuum (analyze) graphile_worker._private_jobs`;
      },
      async add() {
        const job = { id: randomUUID(), body: payload(0) };
        let at = 0;
        await sql.begin(async (transaction) => {
          await transaction`select graphile_worker.add_job('deliver', ${transaction.json(job)}::json)`;
          at = now();
        });
        return { id: `msg_${job.id}`, at };
      },
      pid: () => child.pid!,
      check: async () => expectNumbers(name, { left: await left() }, { left: 0 }),
      stop: async () => {},
    };
  }

  return {
    deliverer,
    async stop() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
      await sql.end();
    },
  };
}
