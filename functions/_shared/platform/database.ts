/** The way to Postgres: a few calls of SQL functions, nothing that outlives a transaction (a pooler may stand in between). */
import type postgres from "postgres";
import { storable, storableJson } from "./storable.ts";

export interface Database {
  /**
   * Runs one statement, in one round trip. `values` stand for $1, $2 …; objects and lists go as JSON text.
   * What Postgres cannot store (NUL, half of a surrogate pair) is left out: see storable.ts.
   * Cast what is not text: `$1::uuid`, `$2::text::jsonb`.
   */
  query<Row extends object>(statement: string, values: (string | number | boolean | object | null)[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. */
  max?: number;
  /** How long one call may take before it counts as failed, in ms. It may have worked all the same. */
  timeoutMs?: number;
}

/** The database is away, or does not answer in time: nothing is known to be stored; try again later. */
export class DatabaseAway extends Error {
  override name = "DatabaseAway";
}

/** SQLSTATEs by which a server that is going, coming or full says so: class 08, 53, 57P and 25006 (a standby). */
const AWAY = /^(08|53|57P|25006)/;

/** Loaded by the first query, not at the start: a webhook that is turned away should not wait for it. */
let driver: typeof postgres | undefined;

export function openDatabase(url: string, { max = 4, timeoutMs = 8000 }: DatabaseOptions = {}): Database {
  const connect = (open: typeof postgres) =>
    open(url, {
      max,
      prepare: false,
      fetch_types: false,
      connect_timeout: Math.ceil(timeoutMs / 1000),
      idle_timeout: 30,
      // Reconnects at once: each request waits for nobody but itself, and the caller tries again.
      backoff: () => 0.05,
      onnotice() {},
    });
  let sql: postgres.Sql | undefined;

  /** postgres.js 3.4.9 may never write again on a connection that broke between a query and its bytes: start afresh. */
  function replace(broken: postgres.Sql): void {
    if (sql !== broken) return;
    sql = undefined;
    broken.end({ timeout: timeoutMs / 1000 }).catch(() => {});
  }

  return {
    async query(statement, values) {
      driver ??= (await import("postgres")).default;
      sql ??= connect(driver);
      const used = sql;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new DatabaseAway(`no answer within ${timeoutMs} ms`)), timeoutMs);
      });
      try {
        // biome-ignore lint/suspicious/noExplicitAny: the rows are what the statement says they are.
        return (await Promise.race([used.unsafe(withValues(statement, values)), late])) as any;
      } catch (error) {
        // Errors that the server did not send are the connection's.
        const state = sqlState(error);
        if (state !== undefined && !AWAY.test(state)) throw error;
        replace(used);
        throw error instanceof DatabaseAway
          ? error
          : new DatabaseAway(String((error as Error).message), { cause: error });
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await sql?.end({ timeout: 1 });
    },
  };
}

/** No value can end its own quotes: it would have to guess this. Unlike '…', it means the same whatever the server's settings. */
const QUOTE = `$v${crypto.randomUUID().replaceAll("-", "")}$`;

/**
 * The statement with its values in their places, as text. Parameters of the extended protocol would cost a second round trip
 * (postgres.js asks for their types first) or a prepared statement, which a transaction pooler may not keep.
 */
export function withValues(statement: string, values: (string | number | boolean | object | null)[]): string {
  return statement.replace(/\$(\d+)/g, (_, position) => {
    const value = values[Number(position) - 1];
    if (value === undefined) throw new Error(`there is no value for $${position}`);
    if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
    const text = typeof value === "string" ? storable(value) : storableJson(value);
    if (text.includes(QUOTE)) throw new Error("a value holds what ends its own quotes");
    return `${QUOTE}${text}${QUOTE}`;
  });
}

/** The SQLSTATE of a server's error; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return driver && error instanceof driver.PostgresError ? error.code : undefined;
}
