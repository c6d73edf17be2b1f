/** The way to Postgres: a few calls of SQL functions, nothing that outlives a transaction (a pooler may stand in between). */
import postgres from "postgres";

export interface Database {
  /** Runs one statement. `values` stand for $1, $2 …; objects and lists go as JSON text: cast them with `::text::jsonb`. */
  query<Row extends object>(statement: string, values: (string | number | boolean | object | null)[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. */
  max?: number;
  /** How long one call may take before it counts as failed, in ms. It may have worked all the same. */
  patience?: number;
}

/** The database is away, or does not answer in time: nothing is known to be stored; try again later. */
export class DatabaseAway extends Error {
  override name = "DatabaseAway";
}

/** SQLSTATEs by which a server that is going, coming or full says so: class 08, 53, 57P and 25006 (a standby). */
const AWAY = /^(08|53|57P|25006)/;

export function openDatabase(url: string, { max = 4, patience = 8000 }: DatabaseOptions = {}): Database {
  const connect = () =>
    postgres(url, {
      max,
      prepare: false,
      fetch_types: false,
      connect_timeout: Math.ceil(patience / 1000),
      idle_timeout: 30,
      // Reconnects at once: each request waits for nobody but itself, and the caller tries again.
      backoff: () => 0.05,
      onnotice() {},
    });
  let sql = connect();

  /** postgres.js 3.4.9 may never write again on a connection that broke between a query and its bytes: start afresh. */
  function replace(broken: typeof sql): void {
    if (sql !== broken) return;
    sql = connect();
    broken.end({ timeout: patience / 1000 }).catch(() => {});
  }

  return {
    async query(statement, values) {
      const given = values.map((value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value));
      const used = sql;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new DatabaseAway(`no answer within ${patience} ms`)), patience);
      });
      try {
        // biome-ignore lint/suspicious/noExplicitAny: the rows are what the statement says they are.
        return (await Promise.race([used.unsafe(statement, given), late])) as any;
      } catch (error) {
        // Errors that the server did not send are the connection's.
        if (error instanceof postgres.PostgresError && !AWAY.test(error.code)) throw error;
        replace(used);
        throw error instanceof DatabaseAway ? error : new DatabaseAway(String((error as Error).message), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await sql.end({ timeout: 1 });
    },
  };
}

/** The SQLSTATE of a server's error; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError ? error.code : undefined;
}
