/**
 * graphile-worker with one task, which signs and sends as our courier does. In a process of its own, started by
 * graphile_worker.ts.
 */
import { Logger, type Runner, run } from "graphile-worker";
import { signedHeaders } from "../lib/sign.ts";

export type Tuning = Pick<
  GraphileConfig.WorkerOptions,
  "concurrentJobs" | "maxPoolSize" | "localQueue" | "completeJobBatchDelay"
>;

/** Starts with this tuning, or stops. */
export type Command = { start: { connectionString: string; url: string; tuning: Tuning } } | { stop: true };

interface Job {
  id: string;
  body: string;
}

let runner: Runner | undefined;

async function begin(connectionString: string, url: string, tuning: Tuning): Promise<void> {
  async function deliver(job: unknown): Promise<void> {
    const { id, body } = job as Job;
    const headers = { ...signedHeaders(`msg_${id}`, body), "user-agent": "graphile-worker" };
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
    await response.text();
    if (!response.ok) throw new Error(`The receiver answered ${response.status}.`);
  }
  // Its default logger prints two lines a job.
  const logger = new Logger(() => () => {});
  runner = await run({
    preset: { worker: { connectionString, logger, ...tuning } },
    taskList: { deliver },
    noHandleSignals: true,
  });
}

process.on("message", async (command: Command) => {
  if ("start" in command) await begin(command.start.connectionString, command.start.url, command.start.tuning);
  else await runner?.stop();
  process.send!("done");
});
// The parent is gone, however it ended.
process.on("disconnect", () => process.exit());
process.send!("ready");
