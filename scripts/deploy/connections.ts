/** How many connections the database has to give, and for how many workers of functions that is enough. */
import type postgres from "postgres";
import { MAX_CONNECTIONS } from "../../functions/_shared/platform/database.ts";

export interface Connections {
  /** max_connections. */
  all: number;
  /** For the superuser alone. */
  reserved: number;
  /** Open now: Supabase's own services, cron jobs, people. Those of functions that run are not among them. */
  others: number;
}

/** As functions connect: the name that the driver gives. Supabase's own services have names of theirs. */
const FUNCTIONS = "postgres.js";

export async function readConnections(sql: postgres.TransactionSql): Promise<Connections> {
  const [found] = await sql<[Connections]>`
    select current_setting('max_connections')::integer as all,
      current_setting('superuser_reserved_connections')::integer as reserved,
      (
        select count(*)::integer from pg_catalog.pg_stat_activity a
        where a.usesysid is not null and a.pid <> pg_catalog.pg_backend_pid() and a.application_name <> ${FUNCTIONS}
      ) as others`;
  return found;
}

/** In a sentence or two: for how many workers there is room, and what happens beyond. */
export function describeConnections({ all, reserved, others }: Connections): string {
  const left = Math.max(0, all - reserved - others);
  const workers = Math.floor(left / MAX_CONNECTIONS);
  return (
    `The database has ${all} connections, of which ${reserved} are reserved and ${others} in use by others now. ` +
    `That leaves ${left} for functions: ${workers} workers with all ${MAX_CONNECTIONS} of theirs. ` +
    (workers < 2
      ? "That is few: a burst is answered 503, and sent again by its provider. Close what others do not need, or take " +
        "a larger compute size (docs/limits.md)."
      : "A burst beyond that is answered 503, and sent again by its provider.")
  );
}
