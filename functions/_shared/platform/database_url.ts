/** Where the database is, and as whom a function connects. */
import type { Environment } from "./environment.ts";

/** ops.grant_functions_role makes it. */
const ROLE = "signalbox_functions";

/**
 * The platform's own address (SUPABASE_DB_URL, the owner's). With FUNCTIONS_ROLE_PASSWORD, that of the role which may
 * call what functions call, and nothing else: docs/decisions/0013-functions_role.md.
 */
export function databaseUrl(env: Environment): string {
  const own = env("SUPABASE_DB_URL")!;
  const password = env("FUNCTIONS_ROLE_PASSWORD");
  if (!password) return own;
  const address = new URL(own);
  // A pooler's user names the project, too: postgres.<ref>.
  address.username = address.username.replace(/^[^.]+/, ROLE);
  address.password = encodeURIComponent(password);
  return address.href;
}
