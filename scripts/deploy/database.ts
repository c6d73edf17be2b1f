/** A short connection to the project's database, to look and to set a few things. Migrations go by the CLI. */
import postgres from "postgres";
import { Failure } from "../command.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Over a network TLS is required, unless the address has an `sslmode` that says otherwise: as for the CLI. */
function tlsOf(address: URL): false | "require" {
  const mode = address.searchParams.get("sslmode") ?? (LOOPBACK.has(address.hostname) ? "disable" : "require");
  return mode === "disable" || mode === "allow" || mode === "prefer" ? false : "require";
}

/**
 * Runs `work` in one transaction; with `readOnly`, the server refuses to change anything.
 * @throws Failure when the database cannot be reached, or refuses. It never repeats the address: it holds a password.
 */
export async function inDatabase<Result>(
  url: string,
  what: string,
  work: (sql: postgres.TransactionSql) => Promise<Result>,
  { readOnly = false } = {},
): Promise<Result> {
  const address = new URL(url);
  const ssl = tlsOf(address);
  address.search = "";
  const sql = postgres(address.href, {
    ...{ max: 1, prepare: false, ssl, connect_timeout: 30, onnotice() {} },
    connection: { application_name: "signalbox deploy" },
  });
  try {
    return (await sql.begin(readOnly ? "read only" : "", work)) as Result;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${what}: ${(error as Error).message}.\n${adviceOn(error)}`);
  } finally {
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
  if (/^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|CONNECT_TIMEOUT|ETIMEDOUT)$/.test(code ?? "")) {
    return (
      "Check the address: user, password, host, port. Without IPv6, only the pooler's address works " +
      "(dashboard > Connect > Session pooler)."
    );
  }
  return hint ?? "Fix what it says, and run this again.";
}
