/** The responses of our functions. Every error has a stable code and a message that says what to do next. */

import type { ErrorCode } from "./error_codes.ts";
import { databaseAwayError, type HttpError, methodError } from "./http_error.ts";

/** A successful JSON response. */
export function ok(body: object, status = 200): Response {
  return Response.json(body, { status });
}

/** An error response `{ error, message, ...extraFields }`. @param error The stable code. */
export function refused(
  status: number,
  error: ErrorCode,
  message: string,
  headers: Record<string, string> = {},
  extraFields: object = {},
): Response {
  return Response.json({ error, message, ...extraFields }, { status, headers });
}

/** The response to an HttpError. */
export const refusedBy = ({ status, code, message, headers }: HttpError, extraFields?: object) =>
  refused(status, code, message, headers, extraFields);

/** 405, with the methods that are allowed: "POST", "GET, POST". */
export const methodNotAllowed = (allow: string) => refusedBy(methodError(allow));

/** 503: the database cannot be reached, see `DatabaseAway`. */
export const databaseAway = () => refusedBy(databaseAwayError());
