/** The server's own connections to Postgres, and what to do while there is no Postgres. */
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";

export type Database = postgres.Sql;
export type Transaction = postgres.TransactionSql;

/** Postgres was killed or is starting: how long until we look again. */
export const RETRY_MS = 100;

export function openDatabase(url: string): Database {
  return postgres(url, {
    max: 4,
    onnotice() {},
    // The default backs off for up to 20 s, and a local Postgres is back within one.
    backoff: () => RETRY_MS / 1000,
    connection: { application_name: "realtime", statement_timeout: 10_000 },
  });
}

/** Was the connection lost, rather than the query wrong? (08: connection; 57P0x: shutting down or starting up.) */
export function isConnectionLoss(error: unknown): boolean {
  const code = String((error as { code?: unknown })?.code ?? "");
  return /^(CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|ECONN.*|EPIPE|08...|57P0.)$/.test(code);
}

/** Repeats `work` until Postgres is there for it, or `given up` says so. */
export async function patiently<Result>(givenUp: () => boolean, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (givenUp() || !isConnectionLoss(error)) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** Runs `work` in a transaction that leaves no trace. */
export async function rolledBack<Result>(database: Database, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  let outcome: { result: Result } | undefined;
  await database
    .begin(async (transaction) => {
      outcome = { result: await work(transaction) };
      throw outcome;
    })
    .catch((thrown) => {
      if (thrown !== outcome) throw thrown;
    });
  return outcome!.result;
}
