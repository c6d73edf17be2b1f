/**
 * A stand-in for pg_cron's scheduler: runs the jobs of cron.job when they are due, and keeps a record of each run.
 *
 * Contract: tests/fixtures/contract/statements.json. The SQL that callers see is 30-pg_cron.sql.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Cron } from "croner";
import postgres from "postgres";

const MAX_RUNNING_JOBS = 32;
const MINUTE = 60_000;
/** Changed jobs are noticed within this time. (The original takes up to a second.) */
const MAX_WAIT_MS = 200;

export interface PgCronOptions {
  /** The superuser's. */
  databaseUrl: string;
  /** How a job's user logs in to its database. Default: databaseUrl with the other names. */
  urlFor?: (username: string, database: string) => string;
  /** The time, in milliseconds. */
  now?: () => number;
  log?: (line: string) => void;
}

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

/** What the scheduler remembers of a job. */
interface Task {
  lastStart: number;
  /** Runs that are due and have not started. */
  pending: number;
  run?: Run;
}

interface Run {
  runid?: string;
  ended: Promise<void>;
  cancel(): void;
}

/** The interval of a schedule in seconds, or undefined for one in cron's five fields. */
export function intervalOf(schedule: string): number | undefined {
  const seconds = /^\s*(\d+)\s*second/i.exec(schedule)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** Whether a schedule of five fields is due in the minute that starts at `time` (UTC). */
export function isDue(schedule: string, time: number): boolean {
  const [, , dayOfMonth, , dayOfWeek] = schedule.trim().split(/\s+/);
  return new Cron(schedule.replace("$", "L"), {
    paused: true,
    mode: "5-part",
    timezone: "UTC",
    // When both are restricted one of them is enough. As in Vixie's cron "*/2" counts as a star.
    domAndDow: dayOfMonth!.startsWith("*") || dayOfWeek!.startsWith("*"),
  }).match(new Date(time));
}

/** The minutes that began after `last` and until `now`. When the clock jumped, only the current one. */
export function minutesBetween(last: number, now: number): number[] {
  const passed = Math.floor(now / MINUTE) - Math.floor(last / MINUTE);
  const count = passed >= 0 && passed <= 5 ? passed : 1;
  const current = Math.floor(now / MINUTE) * MINUTE;
  return Array.from({ length: count }, (_, index) => current - (count - 1 - index) * MINUTE);
}

/** Starts the scheduler. It outlives restarts of the database. */
export async function startPgCron(options: PgCronOptions): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, urlFor = sameLogin(databaseUrl), now = Date.now, log = () => {} } = options;
  const open = (): postgres.Sql =>
    connect(databaseUrl, "pg_cron scheduler", () => {
      sql = open();
      lost = true;
    });
  let sql = open();
  const tasks = new Map<string, Task>();
  const runs = new Set<Run>();
  let nap = new AbortController();
  let lastLook = now();
  let stopping = false;
  let lost = false;

  /** Runs that nobody carries out any more: the scheduler or the database ended in the middle. */
  async function failLostRuns(): Promise<void> {
    const ours = [...runs].flatMap(({ runid }) => runid ?? []);
    // An array literal as text: a client that fetches no types does not know arrays.
    await sql`
      update cron.job_run_details set status = 'failed', return_message = 'server restarted'
      where status in ('starting', 'running') and runid <> all (${`{${ours.join()}}`}::bigint[])`;
  }

  /** Looks at all jobs, starts those that are due, and says how long to wait. */
  async function tick(): Promise<number> {
    const jobs = await sql<Job[]>`
      select jobid, schedule, command, database, username from cron.job where active and cron._is_schedule(schedule)
        order by jobid`;
    const time = now();
    const minutes = minutesBetween(lastLook, time);
    lastLook = time;

    const known = new Set(jobs.map(({ jobid }) => jobid));
    for (const [jobid, task] of tasks) {
      if (known.has(jobid)) continue;
      task.run?.cancel();
      tasks.delete(jobid);
    }

    let wait = Math.min(MAX_WAIT_MS, MINUTE - (time % MINUTE));
    for (const job of jobs) {
      const task = tasks.get(job.jobid) ?? { lastStart: time, pending: 0 };
      tasks.set(job.jobid, task);
      const interval = intervalOf(job.schedule);
      if (interval === undefined) {
        task.pending += minutes.filter((minute) => isDue(job.schedule, minute)).length;
      } else {
        // One run waits at most, however long the job takes.
        if (time - task.lastStart >= interval) task.pending = 1;
        else wait = Math.min(wait, task.lastStart + interval - time);
      }
      if (task.pending > 0 && !task.run && runs.size < MAX_RUNNING_JOBS) start(job, task);
    }
    return wait;
  }

  function start(job: Job, task: Task): void {
    task.pending -= 1;
    task.lastStart = now();
    const connection = connect(urlFor(job.username, job.database), "pg_cron");
    let canceled = false;
    const run: Run = {
      cancel() {
        canceled = true;
        connection.end({ timeout: 0 });
      },
      ended: carryOut()
        .catch((error) => {
          // The record of this run is not complete.
          lost = true;
          log(`pg_cron: job ${job.jobid}: ${error.message}`);
        })
        .finally(async () => {
          await connection.end({ timeout: 0 });
          runs.delete(run);
          delete task.run;
          // Something may have waited for this one.
          nap.abort();
        }),
    };
    task.run = run;
    runs.add(run);

    async function carryOut(): Promise<void> {
      const [row] = await sql<{ runid: string }[]>`
        insert into cron.job_run_details (jobid, database, username, command, status)
        values (${job.jobid}, ${job.database}, ${job.username}, ${job.command}, 'starting') returning runid`;
      const runid = row!.runid;
      run.runid = runid;
      let running = false;
      let message: string;
      let status = "succeeded";
      try {
        const [backend] = await connection<{ pid: number }[]>`select pg_catalog.pg_backend_pid() as pid`;
        await sql`
          update cron.job_run_details set status = 'running', job_pid = ${backend!.pid}, start_time = now()
            where runid = ${runid}`;
        task.lastStart = now();
        running = true;
        message = messageOf(await connection.unsafe(job.command));
      } catch (error) {
        status = "failed";
        message = canceled ? "job canceled" : running ? failureOf(error) : "connection failed";
      }
      await sql`
        update cron.job_run_details
        set status = ${status}, return_message = ${message}, start_time = coalesce(start_time, now()), end_time = now()
        where runid = ${runid}`;
    }
  }

  async function keepLooking(): Promise<void> {
    while (!stopping) {
      nap = new AbortController();
      let wait = MAX_WAIT_MS;
      try {
        if (lost) {
          lost = false;
          await failLostRuns();
          // What was due while the database was away is not made up for.
          lastLook = now();
        }
        wait = await tick();
      } catch (error) {
        lost = true;
        log(`pg_cron: ${(error as Error).message}`);
      }
      await pause(wait, undefined, { signal: nap.signal }).catch(() => {});
    }
  }

  await failLostRuns();
  const ended = keepLooking();
  return {
    async stop() {
      stopping = true;
      nap.abort();
      await ended;
      for (const run of runs) run.cancel();
      await Promise.all([...runs].map((run) => run.ended));
      await sql.end({ timeout: 0 });
    },
  };
}

function connect(url: string, applicationName: string, onLost = () => {}): postgres.Sql {
  const sql = postgres(url, {
    max: 1,
    max_lifetime: null,
    fetch_types: false,
    onnotice() {},
    // One session and no second: postgres.js 3.4.9 can hang when it reconnects after a killed server.
    onclose() {
      sql.end({ timeout: 0 });
      onLost();
    },
    connection: { application_name: applicationName },
  });
  return sql;
}

/** The password stays: locally all roles that may log in have the same. */
function sameLogin(databaseUrl: string): (username: string, database: string) => string {
  return (username, database) => {
    const url = new URL(databaseUrl);
    url.username = encodeURIComponent(username);
    url.pathname = encodeURIComponent(database);
    return url.href;
  };
}

/** As libpq sees the last statement: "2 rows" when it returned rows, else its command tag. */
function messageOf(result: postgres.RowList<postgres.Row[]>): string {
  const last = "command" in result ? result : ((result as unknown[]).at(-1) as typeof result);
  const count = last.count ?? 0;
  if (!last.command || last.columns) return count === 1 ? "1 row" : `${count} rows`;
  if (last.command === "INSERT") return `INSERT 0 ${count}`;
  return last.count === null ? last.command : `${last.command} ${count}`;
}

function failureOf(error: unknown): string {
  if (!(error instanceof postgres.PostgresError)) return "connection lost";
  const { severity, message, detail, hint, where } = error;
  return [
    `${severity}: ${message}`,
    ...Object.entries({ DETAIL: detail, HINT: hint, CONTEXT: where }).flatMap(([label, text]) =>
      text ? `${label}: ${text}` : [],
    ),
  ].join("\n");
}
