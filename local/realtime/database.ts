/** The server's own connections to Postgres, and what to do while there is no Postgres. */
import { setTimeout as delay } from "node:timers/promises";
import { Pool, type Result } from "pg";

/** Postgres was killed or is starting: how long until we look again. */
export const RETRY_MS = 100;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 1_000;

export type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

export interface Database {
  query: Query;
  /** One row of one query, as an array. */
  row(text: string, values: unknown[]): Promise<unknown[]>;
  /** Several statements, which are one transaction: the rows of the last. */
  script<Row>(text: string): Promise<Row[]>;
  /** Runs `work` in a transaction that leaves no trace. */
  rolledBack<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  end(): Promise<void>;
}

export function openDatabase(url: string): Database {
  const pool = new Pool({
    connectionString: url,
    application_name: "realtime",
    max: 4,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  // A lost connection fails its queries; the event that comes with it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));

  return {
    async query<Row>(text: string, values?: unknown[]) {
      return (await pool.query<Row>(text, values)).rows;
    },
    async row(text, values) {
      return (await pool.query({ text, values, rowMode: "array" })).rows[0]!;
    },
    async script<Row>(text: string) {
      const results = (await pool.query(text)) as unknown as Result<Row>[];
      return results.at(-1)!.rows;
    },
    async rolledBack(work) {
      const client = await pool.connect();
      let broken: unknown;
      try {
        await client.query("begin");
        return await work(
          async <Row>(text: string, values?: unknown[]) => (await client.query<Row>(text, values)).rows,
        );
      } finally {
        await client.query("rollback").catch((error) => {
          broken = error;
        });
        client.release(broken);
      }
    },
    // A query under way may take its time; the connections end with the process at the latest.
    end: () => Promise.race([pool.end(), delay(END_TIMEOUT_MS, undefined, { ref: false })]),
  };
}

/** Was the connection lost, rather than the query wrong? (08: connection; 57P0x: shutting down or starting up.) */
export function isConnectionLoss(error: unknown): boolean {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return (
    /^(ECONN.*|EPIPE|08...|57P0.)$/.test(code) ||
    /^Connection terminated|not queryable$|^timeout (exceeded|expired)/.test(message)
  );
}

/** Repeats `work` until Postgres is there for it, or `givenUp` says so. */
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
