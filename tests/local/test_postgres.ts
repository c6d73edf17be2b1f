/** A Postgres of a test file's own, with what hosted Supabase has before the first migration. */
import { type Postgres, preparedServer, startPostgres } from "../../local/postgres/postgres.ts";

/** @param options.fsync True where a test kills it, to have what a real one has. */
export async function startTestPostgres({ fsync = false } = {}): Promise<Postgres> {
  return await startPostgres({ template: await preparedServer(), fsync });
}
