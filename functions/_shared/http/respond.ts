/** The answers functions give. Every refusal has a stable code and says what to do next. */

import type { ErrorCode } from "./error_codes.ts";

export function ok(body: object, status = 200): Response {
  return Response.json(body, { status });
}

export function refused(
  status: number,
  error: ErrorCode,
  message: string,
  headers: Record<string, string> = {},
  extraFields: object = {},
): Response {
  return Response.json({ error, message, ...extraFields }, { status, headers });
}

export const methodNotAllowed = (allow: string) => refused(405, "method_not_allowed", `Send ${allow}.`, { allow });

export const databaseAway = () =>
  refused(503, "try_again", "The database is away. Nothing is stored yet: send it again.", { "retry-after": "10" });
