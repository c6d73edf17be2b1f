/**
 * A small Postgres client: runs one statement at a time and keeps no session state, so that it also works behind a
 * transaction pooler.
 */
import type postgres from "postgres";
import { storable, storableJson } from "./storable.ts";

export interface Database {
  /**
   * Runs one statement, in one round trip.
   * @param values The values of $1, $2 …. Objects and arrays are sent as JSON text. NUL is removed and unpaired
   *   surrogates are replaced, since Postgres cannot store them: see storable.ts. Cast every value that is not text in
   *   the statement: `$1::uuid`, `$2::text::jsonb`.
   * @throws DatabaseAway when the database cannot be reached or does not answer in time.
   * @throws PostgresError when the server refuses the statement; see `sqlState`.
   */
  query<Row extends object>(statement: string, values: (string | number | boolean | object | null)[]): Promise<Row[]>;
  /** Closes the connections; waits up to 1 s for statements that are running. */
  close(): Promise<void>;
}

/** How many connections a function's worker may open: docs/limits.md, "Connections". */
export const MAX_CONNECTIONS = 4;

export interface DatabaseOptions {
  /** The most connections to open. Default: MAX_CONNECTIONS. */
  max?: number;
  /**
   * How long one call may take before it counts as failed, in ms. It may have succeeded nevertheless. Default: 8000.
   */
  timeoutMs?: number;
}

/**
 * The database cannot be reached or does not answer in time. The statement may or may not have run: try again later.
 */
export class DatabaseAway extends Error {
  override name = "DatabaseAway";
}

/**
 * SQLSTATEs of a server that is unavailable: 08 (connection), 53 (out of resources), 57P (shutting down, starting up)
 * and 25006 (a read-only standby).
 */
const UNAVAILABLE_STATES = /^(08|53|57P|25006)/;

/** Loaded by the first query, so that a rejected webhook does not wait for it on a cold start. */
let driver: typeof postgres | undefined;

/** A client for the database at `url`. Connects on the first query. */
export function openDatabase(url: string, { max = MAX_CONNECTIONS, timeoutMs = 8000 }: DatabaseOptions = {}): Database {
  const connect = (open: typeof postgres) =>
    open(url, {
      max,
      prepare: false,
      fetch_types: false,
      connect_timeout: Math.ceil(timeoutMs / 1000),
      idle_timeout: 30,
      // Reconnects at once: no request has to wait for the backoff of another, and the caller tries again anyway.
      backoff: () => 0.05,
      onnotice() {},
    });
  let sql: postgres.Sql | undefined;

  /** postgres.js 3.4.9 can stop writing for good when a connection breaks as a query is sent: discard the client. */
  function discard(broken: postgres.Sql): void {
    if (sql !== broken) return;
    sql = undefined;
    broken.end({ timeout: timeoutMs / 1000 }).catch(() => {});
  }

  return {
    async query(statement, values) {
      driver ??= (await import("postgres")).default;
      sql ??= connect(driver);
      const client = sql;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new DatabaseAway(`no answer within ${timeoutMs} ms`)), timeoutMs);
      });
      try {
        // biome-ignore lint/suspicious/noExplicitAny: the caller states the type of the rows.
        return (await Promise.race([client.unsafe(withValues(statement, values)), timeout])) as any;
      } catch (error) {
        // An error without a SQLSTATE did not come from the server, so the connection failed.
        const state = sqlState(error);
        if (state !== undefined && !UNAVAILABLE_STATES.test(state)) throw error;
        discard(client);
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

/**
 * The delimiter of dollar-quoted values. It is random, so no value can contain it and end its own quotes; and unlike
 * '…', dollar quotes do not depend on standard_conforming_strings.
 */
const QUOTE = `$v${crypto.randomUUID().replaceAll("-", "")}$`;

/**
 * `statement` with each $1, $2 … replaced by its value as a literal. Parameters of the extended protocol would cost a
 * second round trip (postgres.js asks for their types first) or a prepared statement, which a transaction pooler may
 * drop.
 * @throws Error when a placeholder has no value.
 */
export function withValues(statement: string, values: (string | number | boolean | object | null)[]): string {
  return statement.replace(/\$(\d+)/g, (_, position) => {
    const value = values[Number(position) - 1];
    if (value === undefined) throw new Error(`there is no value for $${position}`);
    if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
    const text = typeof value === "string" ? storable(value) : storableJson(value);
    if (text.includes(QUOTE)) throw new Error("a value contains the delimiter of its own quotes: send it again");
    return `${QUOTE}${text}${QUOTE}`;
  });
}

/** The SQLSTATE of an error that the server sent; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  return driver && error instanceof driver.PostgresError ? error.code : undefined;
}
