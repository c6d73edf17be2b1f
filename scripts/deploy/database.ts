/** A short connection to the project's database, to look and to set a few things. Migrations go by the CLI. */
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { Failure } from "../command.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Over a network TLS is required, unless the address has an `sslmode` that says otherwise: as for the CLI. */
function tlsOf(address: URL): false | "require" {
  const mode = address.searchParams.get("sslmode") ?? (LOOPBACK.has(address.hostname) ? "disable" : "require");
  return mode === "disable" || mode === "allow" || mode === "prefer" ? false : "require";
}

/** What the pooler does to a connection now and then. */
const LOST = /^(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|CONNECTION_CLOSED|CONNECTION_ENDED|CONNECT_TIMEOUT)$/;
const TRIES = 3;
const PAUSE_MS = 500;
/** The driver itself connects again, for ever, where a connection is closed before it is made. */
const LONGEST_MS = 60_000;

/**
 * Runs `work` in one transaction; with `readOnly`, the server refuses to change anything. After a lost connection it is
 * run again, where twice has the same effect as once (`repeatable`; default: what only reads).
 * @throws Failure when the database cannot be reached, or refuses. It never repeats the address: it holds a password.
 */
export async function inDatabase<Result>(
  url: string,
  what: string,
  work: (sql: postgres.TransactionSql) => Promise<Result>,
  { readOnly = false, repeatable }: { readOnly?: boolean; repeatable?: boolean } = {},
): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await once(url, work, readOnly);
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (!(repeatable ?? readOnly) || tried === TRIES || !LOST.test(String((error as { code?: unknown }).code)))
        throw new Failure(`${what}: ${(error as Error).message}.\n${adviceOn(error)}`);
      await sleep(PAUSE_MS * 2 ** tried);
    }
  }
}

async function once<Result>(
  url: string,
  work: (sql: postgres.TransactionSql) => Promise<Result>,
  readOnly: boolean,
): Promise<Result> {
  const address = new URL(url);
  const ssl = tlsOf(address);
  address.search = "";
  const sql = postgres(address.href, {
    ...{ max: 1, prepare: false, ssl, connect_timeout: 30, onnotice() {} },
    connection: { application_name: "signalbox deploy" },
  });
  const over = new AbortController();
  try {
    const late = sleep(LONGEST_MS, undefined, { signal: over.signal }).then(() => {
      throw Object.assign(new Error("no answer within a minute"), { code: "NO_ANSWER" });
    });
    late.catch(() => {});
    return (await Promise.race([sql.begin(readOnly ? "read only" : "", work), late])) as Result;
  } finally {
    over.abort();
    await sql.end({ timeout: 1 });
  }
}

function adviceOn(error: unknown): string {
  const { code, hint } = error as { code?: string; hint?: string };
  if (code === "28P01" || /password authentication|tenant or user not found/i.test((error as Error).message)) {
    return (
      "Check user and password of SUPABASE_DB_URL (dashboard > Connect > Session pooler). The pooler sometimes says so " +
      "of a right password: wait a minute, then run this again. It is not tried again by itself, for hosted Supabase " +
      "bans an address after a few wrong passwords."
    );
  }
  if (
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|CONNECT_TIMEOUT|ETIMEDOUT|NO_ANSWER)$/.test(code ?? "")
  ) {
    return (
      "Check the address: user, password, host, port. Without IPv6, only the pooler's address works " +
      "(dashboard > Connect > Session pooler)."
    );
  }
  return hint ?? "Fix what it says, and run this again.";
}
