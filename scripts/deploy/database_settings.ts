/** What the database knows of its surroundings: the functions' address, the cron jobs, the secrets in Vault. */
import type postgres from "postgres";
import type { Target } from "./target.ts";

export interface DatabaseSettings {
  /** Null: not set, or the migrations are still to be applied. */
  functionsUrl: string | null;
  /** Cron jobs that are missing, switched off or changed. */
  jobs: { name: string; problem: string }[];
  /** Secrets that the migrations made in Vault, and that are gone. */
  missingInVault: string[];
}

/** Problems of a job that scheduling it mends. */
const MENDED = ["pg_cron does not have it", "it is switched off", "pg_cron runs something else"];

/** Undefined on a database without our schema. */
export async function readDatabaseSettings(sql: postgres.TransactionSql): Promise<DatabaseSettings | undefined> {
  const [known] = await sql<{ made: boolean }[]>`
    select to_regclass('outbox.settings') is not null and to_regprocedure('ops.job_problems()') is not null
      and to_regclass('ops.attention_missing_secrets') is not null as made`;
  if (!known!.made) return undefined;
  const [settings] = await sql<{ functions_url: string | null }[]>`select functions_url from outbox.settings`;
  const jobs = await sql<{ name: string; problem: string }[]>`
    select name, problem from ops.job_problems() where problem = any (${MENDED}) order by name`;
  const secrets = await sql<{ id: string }[]>`select id from ops.attention_missing_secrets order by id`;
  return {
    functionsUrl: settings?.functions_url ?? null,
    jobs: jobs.map(({ name, problem }) => ({ name, problem })),
    missingInVault: secrets.map(({ id }) => id),
  };
}

/** Tells the database where its functions are, and schedules the cron jobs. Returns what it did, as lines. */
export async function applyDatabaseSettings(sql: postgres.TransactionSql, target: Target): Promise<string[]> {
  await sql`select outbox.set_functions_url(${target.functionsUrl})`;
  const [scheduled] = await sql<{ jobs: number }[]>`select ops.schedule_jobs() as jobs`;
  // A function that an upgrade made anew has the caller's rights again.
  const [limited] = await sql<{ functions: number }[]>`
    select ops.grant_functions_role() as functions
    where exists (select from pg_roles where rolname = 'signalbox_functions')`;
  return [
    ...(limited ? [`signalbox_functions may call ${limited.functions} functions, and nothing else.`] : []),
    `The doorbell calls ${target.functionsUrl}/dispatch.`,
    scheduled!.jobs === 0 ? "All cron jobs are scheduled." : `Scheduled ${scheduled!.jobs} cron jobs.`,
  ];
}
