/** What pg_cron does (docs/reference/stand_ins.md), held against the stand-in in local/. */
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { intervalOf, isDue, minutesBetween, startPgCron } from "../../local/extensions/pg_cron.ts";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { untilHolds as until } from "../until.ts";
import { startTestPostgres } from "./test_postgres.ts";

let database: Postgres;
let scheduler: Awaited<ReturnType<typeof startPgCron>>;
let sql: postgres.Sql;
let probe: string;
/** The scheduler's clock. It stands still unless a test moves it. */
let time = Date.parse("2026-11-21T10:00:00Z");

const schedule = async (name: string, when: string, command: string): Promise<string> =>
  (await sql`select cron.schedule(${name}, ${when}, ${command}) as id`)[0]!.id;
const unschedule = (name: string) => sql`select cron.unschedule(${name}::text)`;
const runs = (id: string) => sql`select * from cron.job_run_details where jobid = ${id} order by runid`;
/** Lets seconds pass until the runs of a job are as expected. */
const passUntil = (id: string, check: (rows: postgres.Row[]) => void) =>
  until(async () => {
    time += 1_000;
    const rows = await runs(id);
    check(rows);
    return rows;
  });
const hasEnded = (count: number) => (rows: postgres.Row[]) =>
  expect(rows.filter((run) => run.end_time !== null).length).toBeGreaterThanOrEqual(count);
/** Lets time pass, no more and no less, and waits until the scheduler has seen that: a job for each second ran. */
const pass = async (milliseconds: number) => {
  const before = await until(async () => {
    const rows = await runs(probe);
    expect(rows.every((run) => run.end_time !== null)).toBe(true);
    return rows.length;
  });
  time += milliseconds;
  await until(async () => hasEnded(before + 1)(await runs(probe)));
};
/** Schedules a command for each second, and returns its first run. */
const firstRun = async (name: string, command: string) => {
  const id = await schedule(name, "1 second", command);
  const [run] = await passUntil(id, hasEnded(1));
  await unschedule(name);
  return run!;
};

function connect(): void {
  sql = postgres(database.url(), { max: 8, onnotice() {} });
}

/**
 * Kills the server and waits for the next. Our client ends before: postgres.js can hang when it reconnects after a
 * kill.
 */
async function killDatabase(): Promise<void> {
  const pid = await database.pid();
  await sql.end();
  process.kill(pid, "SIGKILL");
  await until(async () => {
    connect();
    await sql`select`.catch(async (error) => {
      await sql.end({ timeout: 0 });
      throw error;
    });
  });
}

beforeAll(async () => {
  database = await startTestPostgres({ fsync: true });
  connect();
  scheduler = await startPgCron({ databaseUrl: database.url("supabase_admin"), now: () => time });
  await sql`create table public.notes (text text)`;
  probe = await schedule("probe", "1 second", "select 1");
});

afterAll(async () => {
  await scheduler?.stop();
  await sql?.end({ timeout: 0 });
  await database?.stop();
});

describe("a schedule", () => {
  test.each([
    "* * * * *",
    "*/5 1-3 1,15 jan-MAR mon",
    "0-30/10,45 */2 * * 0,7",
    "0 0 $ * *",
    "1 second",
    "59 seconds",
    "30 SECONDS",
  ])("%s is accepted", async (when) => {
    const [row] = await sql`select cron.schedule(${when}, 'select 1') as id`;
    await sql`select cron.unschedule(${row!.id}::bigint)`;
  });

  test.each([
    "",
    "60 seconds",
    "0 seconds",
    "-1 seconds",
    "5 secondc",
    "50 seconds c",
    "every 5 seconds",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 13 *",
    "* * * 0 *",
    "* * * * 8",
    "*/0 * * * *",
    "*/60 * * * *",
    "5/20 * * * *",
    "-1 * * * *",
    "20-10 * * * *",
    "1, * * * *",
    "* * $foo * *",
    "$ * * * *",
    "* * * monday *",
  ])("'%s' is refused", async (when) => {
    await expect(sql`select cron.schedule(${when}, 'select 1')`).rejects.toMatchObject({
      code: "22023",
      message: `invalid schedule: ${when}`,
    });
  });

  test.each([
    ["* * * * *", "2026-11-21T03:07Z", true],
    ["7 3 * * *", "2026-11-21T03:07Z", true],
    ["7 4 * * *", "2026-11-21T03:07Z", false],
    ["*/15 * * * *", "2026-11-21T03:30Z", true],
    ["*/15 * * * *", "2026-11-21T03:31Z", false],
    ["0 0 $ * *", "2026-02-28T00:00Z", true],
    ["0 0 $ * *", "2028-02-28T00:00Z", false],
    ["0 0 $ * *", "2028-02-29T00:00Z", true],
    ["0 0 * nov sat", "2026-11-21T00:00Z", true],
    ["0 0 * * 7", "2026-11-22T00:00Z", true],
    ["0 0 * * 0", "2026-11-22T00:00Z", true],
    // The 13th or a Friday: with both days given, one is enough. With a star in either, both must fit.
    ["0 0 13 * fri", "2026-11-20T00:00Z", true],
    ["0 0 13 * fri", "2026-12-13T00:00Z", true],
    ["0 0 13 * fri", "2026-12-14T00:00Z", false],
    ["0 0 */2 * fri", "2026-11-20T00:00Z", false],
    ["0 0 */2 * fri", "2026-11-27T00:00Z", true],
  ])("%s at %s is due: %s", (when, time, due) => {
    expect(isDue(when, Date.parse(time))).toBe(due);
  });

  test.each([
    ["1 second", 1_000],
    ["59 Seconds", 59_000],
    ["5 4 * * *", undefined],
  ])("%s has an interval of %s ms", (when, interval) => {
    expect(intervalOf(when)).toBe(interval);
  });

  test("every minute that began since the last look counts, but after a jump of the clock only the current one", () => {
    const time = (text: string) => Date.parse(`2026-11-21T${text}Z`);
    expect(minutesBetween(time("10:00:05"), time("10:00:59"))).toEqual([]);
    expect(minutesBetween(time("10:00:59"), time("10:01:00"))).toEqual([time("10:01")]);
    expect(minutesBetween(time("10:00:59"), time("10:02:30"))).toEqual([time("10:01"), time("10:02")]);
    expect(minutesBetween(time("10:00:59"), time("12:02:30"))).toEqual([time("12:02")]);
    expect(minutesBetween(time("10:00:59"), time("09:58:00"))).toEqual([time("09:58")]);
  });
});

describe("cron.job", () => {
  const job = async (id: string) => (await sql`select * from cron.job where jobid = ${id}`)[0];

  test("a scheduled job belongs to its caller and to this database", async () => {
    const id = await schedule("mine", "0 3 * * *", "select 1");
    expect(await job(id)).toEqual({
      jobid: id,
      schedule: "0 3 * * *",
      command: "select 1",
      nodename: "localhost",
      nodeport: database.port,
      database: "postgres",
      username: "postgres",
      active: true,
      jobname: "mine",
    });
  });

  test("scheduling a name again updates the job", async () => {
    const id = await schedule("again", "0 3 * * *", "select 1");
    expect(await schedule("again", "0 4 * * *", "select 2")).toBe(id);
    expect(await job(id)).toMatchObject({ schedule: "0 4 * * *", command: "select 2" });
  });

  test("jobs without a name are never the same", async () => {
    const [row] =
      await sql`select cron.schedule('0 3 * * *', 'select 1') as one, cron.schedule('0 3 * * *', 'select 1') as other`;
    expect(row!.one).not.toBe(row!.other);
  });

  test("unscheduling removes a job, by name or by id", async () => {
    const [one, other] = [
      await schedule("one", "0 3 * * *", "select 1"),
      await schedule("other", "0 3 * * *", "select 1"),
    ];
    expect(await sql`select cron.unschedule('one')`).toEqual([{ unschedule: true }]);
    expect(await sql`select cron.unschedule(${other}::bigint)`).toEqual([{ unschedule: true }]);
    expect([await job(one), await job(other)]).toEqual([undefined, undefined]);
  });

  test("an unknown job name raises, and so does an unknown id", async () => {
    await expect(unschedule("nobody")).rejects.toThrow("could not find valid entry for job 'nobody'");
    await expect(sql`select cron.unschedule(4711)`).rejects.toThrow("could not find valid entry for job 4711");
  });

  test("cron.alter_job() changes what it is given", async () => {
    const id = await schedule("altered", "0 3 * * *", "select 1");
    await sql`select cron.alter_job(${id}, schedule => '5 seconds', active => false)`;
    expect(await job(id)).toMatchObject({ schedule: "5 seconds", command: "select 1", active: false });
    await expect(sql`select cron.alter_job(${id}, schedule => '60 seconds')`).rejects.toMatchObject({ code: "22023" });
    await expect(sql`select cron.alter_job(${id})`).rejects.toThrow("no updates specified");
    await expect(sql`select cron.alter_job(4711, active => false)`).rejects.toThrow(
      "Job 4711 does not exist or you don't own it",
    );
  });

  test("cron.schedule_in_database() names the database and whether the job is active", async () => {
    const [row] =
      await sql`select cron.schedule_in_database('there', '0 3 * * *', 'select 1', 'template1', active => false) as id`;
    expect(await job(row!.id)).toMatchObject({ database: "template1", active: false, username: "postgres" });
    await expect(
      sql`select cron.schedule_in_database('there', '0 3 * * *', 'select 1', 'nowhere')`,
    ).rejects.toMatchObject({
      code: "3D000",
    });
  });

  test("only a superuser schedules for another role", async () => {
    await expect(
      sql`select cron.schedule_in_database('theirs', '0 3 * * *', 'select 1', 'postgres', 'authenticator')`,
    ).rejects.toThrow("must be superuser to create a job for another role");
  });

  test("a SECURITY DEFINER function schedules for its owner", async () => {
    await sql`
      create function public.schedule_it() returns bigint language sql security definer set search_path = ''
      as $$ select cron.schedule('owned', '0 3 * * *', 'select 1') $$`;
    await sql`grant execute on function public.schedule_it to authenticated`;
    const id = await sql.begin(async (tx) => {
      await tx`set local role authenticated`;
      return (await tx`select public.schedule_it() as id`)[0]!.id;
    });
    expect(await job(id)).toMatchObject({ username: "postgres" });
  });
});

describe("hosted's grants", () => {
  test("postgres reads cron.job and does not write it", async () => {
    await sql`select * from cron.job`;
    await expect(sql`insert into cron.job (schedule, command) values ('* * * * *', 'select 1')`).rejects.toMatchObject({
      code: "42501",
    });
    await expect(sql`update cron.job set active = false`).rejects.toMatchObject({ code: "42501" });
    await expect(sql`delete from cron.job`).rejects.toMatchObject({ code: "42501" });
  });

  test("postgres cannot have a trigger on the run details", async () => {
    await expect(
      sql`
        create trigger no before insert on cron.job_run_details execute function suppress_redundant_updates_trigger()`,
    ).rejects.toMatchObject({ code: "42501" });
  });

  test("anon and authenticated do not reach the schema", async () => {
    for (const role of ["anon", "authenticated"]) {
      await expect(
        sql.begin(async (tx) => {
          await tx`set local role ${sql(role)}`;
          await tx`select cron.schedule('* * * * *', 'select 1')`;
        }),
      ).rejects.toMatchObject({ code: "42501" });
    }
  });

  test("another role sees, alters and deletes only what is its own", async () => {
    const id = await schedule("not theirs", "0 3 * * *", "select 1");
    await sql`create role visitor`;
    await sql`grant visitor to postgres`;
    await sql`grant usage on schema cron to visitor`;
    await sql`insert into cron.job_run_details (runid, username) values (-1, 'visitor'), (-2, 'postgres')`;
    await sql.begin(async (tx) => {
      await tx`set local role visitor`;
      const [row] = await tx`select cron.schedule('theirs', '0 3 * * *', 'select 1') as id`;
      expect(await tx`select jobid, username from cron.job`).toEqual([{ jobid: row!.id, username: "visitor" }]);
      expect(await tx`delete from cron.job_run_details returning runid`).toEqual([{ runid: "-1" }]);
      await tx`select cron.unschedule('theirs')`;
      await expect(tx.savepoint((inner) => inner`select cron.unschedule(${id}::bigint)`)).rejects.toThrow(
        "could not find valid entry",
      );
      await expect(tx.savepoint((inner) => inner`select cron.alter_job(${id}, active => false)`)).rejects.toMatchObject(
        { code: "42501" },
      );
    });
  });
});

describe.concurrent("a run", () => {
  test("is recorded from start to end", async () => {
    const before = new Date();
    const run = await firstRun("recorded", "select 'one row'");
    expect(run).toMatchObject({
      job_pid: expect.any(Number),
      database: "postgres",
      username: "postgres",
      command: "select 'one row'",
      status: "succeeded",
      return_message: "1 row",
    });
    expect(run.start_time.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(run.end_time.getTime()).toBeGreaterThanOrEqual(run.start_time.getTime());
  });

  test.each([
    ["select generate_series(1, 3)", "3 rows"],
    ["insert into public.notes values ('a'), ('b')", "INSERT 0 2"],
    ["create table public.by_cron as select 1 as one", "SELECT 1"],
    ["create temporary table t ()", "CREATE TABLE"],
    ["do $$ begin end $$", "DO"],
    ["vacuum public.notes", "VACUUM"],
  ])("of %s says %s", async (command, message) => {
    expect(await firstRun(command, command)).toMatchObject({ status: "succeeded", return_message: message });
  });

  test("that fails is recorded as failed with ERROR", async () => {
    const run = await firstRun("failing", "select 1 / 0");
    expect(run).toMatchObject({ status: "failed", return_message: expect.stringMatching(/^ERROR: division by zero/) });
    expect(run.end_time).not.toBeNull();
  });

  test("of several statements is one transaction", async () => {
    expect(await firstRun("atomic", "insert into public.notes values ('half'); select 1 / 0")).toMatchObject({
      status: "failed",
    });
    expect(await sql`select from public.notes where text = 'half'`).toHaveLength(0);
  });

  test("is a session of the job's user, with that role's settings", async () => {
    await firstRun(
      "who",
      "insert into public.notes select concat_ws('|', 'who', session_user, current_user, current_setting('search_path'))",
    );
    const [note] = await sql`select text from public.notes where text like 'who%'`;
    expect(note!.text).toBe('who|postgres|postgres|"$user", public, extensions');
  });

  test("of a role that cannot log in fails", async () => {
    await sql`create role nologin nologin`;
    await sql`grant nologin to postgres`;
    await sql`grant usage on schema cron to nologin`;
    const asNologin = (query: string) =>
      sql.begin(async (tx) => {
        await tx`set local role nologin`;
        return (await tx.unsafe(query))[0]!.id;
      });
    const id = await asNologin("select cron.schedule('cannot', '1 second', 'select 1') as id");
    const [run] = await passUntil(id, hasEnded(1));
    expect(run).toMatchObject({ username: "nologin", status: "failed", return_message: "connection failed" });
    await asNologin("select cron.unschedule('cannot') as id");
  });
});

describe("the scheduler", () => {
  const running = (rows: postgres.Row[]) => expect(rows).toMatchObject([{ status: "running" }]);

  test("a job that is still running is not started again, and the ticks it missed are made up for by one run", async () => {
    const lock = await sql.reserve();
    await lock`select pg_advisory_lock(42)`;
    const slow = await schedule("slow", "30 seconds", "select pg_advisory_xact_lock(42)");
    await passUntil(slow, running);
    for (let tick = 0; tick < 3; tick++) await pass(30_000);
    running(await runs(slow));
    await lock`select pg_advisory_unlock(42)`;
    lock.release();
    await until(async () => hasEnded(2)(await runs(slow)));
    await pass(29_000);
    expect(await runs(slow)).toHaveLength(2);
    await unschedule("slow");
  });

  test("a job of five fields runs when its minute begins", async () => {
    const minute = new Date(Math.ceil((time + 600_000) / 60_000) * 60_000);
    const id = await schedule("daily", `${minute.getUTCMinutes()} ${minute.getUTCHours()} * * *`, "select 1");
    await pass(minute.getTime() - 1_000 - time);
    expect(await runs(id)).toEqual([]);
    await pass(1_000);
    await until(async () => hasEnded(1)(await runs(id)));
    await pass(3_600_000);
    expect(await runs(id)).toHaveLength(1);
  });

  test("a job of five fields runs once for each minute that it missed while it ran", async () => {
    const lock = await sql.reserve();
    await lock`select pg_advisory_lock(43)`;
    const id = await schedule("minutely", "* * * * *", "select pg_advisory_xact_lock(43)");
    await passUntil(id, running);
    await pass(60_000);
    await pass(60_000);
    running(await runs(id));
    await lock`select pg_advisory_unlock(43)`;
    lock.release();
    await until(async () => hasEnded(3)(await runs(id)));
    await unschedule("minutely");
  });

  test("an inactive job does not run until it is active", async () => {
    const [row] = await sql`
        select cron.schedule_in_database('sleeping', '1 second', 'select 1', 'postgres', active => false) as id`;
    await pass(10_000);
    expect(await runs(row!.id)).toEqual([]);
    await sql`select cron.alter_job(${row!.id}, active => true)`;
    await passUntil(row!.id, hasEnded(1));
    await unschedule("sleeping");
  });

  test("a job runs in its own database", async () => {
    await sql`create database other`;
    const [row] =
      await sql`select cron.schedule_in_database('other', '1 second', 'create table here ()', 'other') as id`;
    expect((await passUntil(row!.id, hasEnded(1)))[0]).toMatchObject({
      database: "other",
      return_message: "CREATE TABLE",
    });
    expect(await sql`select to_regclass('public.here') as here`).toEqual([{ here: null }]);
    await unschedule("other");
  });

  test("a job that is unscheduled while it runs is canceled", async () => {
    const id = await schedule("canceled", "1 second", "select pg_sleep(600)");
    await passUntil(id, running);
    await unschedule("canceled");
    await until(async () =>
      expect(await runs(id)).toMatchObject([{ status: "failed", return_message: "job canceled" }]),
    );
  });

  test("goes on when the database was killed, and tells of the runs that were lost", async () => {
    const id = await schedule("lost", "1 second", "select pg_sleep(600)");
    await passUntil(id, running);
    await killDatabase();
    // Which one depends on whether the job's session or the scheduler's ended first.
    const message = expect.stringMatching(/^(server restarted|connection lost)$/);
    await until(async () => expect((await runs(id))[0]).toMatchObject({ status: "failed", return_message: message }));
    await passUntil(id, (rows) => expect(rows.at(-1)).toMatchObject({ status: "running" }));
    await unschedule("lost");
  });
});
