import type { ErrorCode } from "./error_codes.ts";

/**
 * Thrown when a request cannot be served: the handler answers with this status, code and message. `message` says what
 * to do next.
 */
export class HttpError extends Error {
  override name = "HttpError";
  constructor(
    readonly status: number,
    /** A stable code that programs may rely on. */
    readonly code: ErrorCode,
    message: string,
    readonly headers: Record<string, string> = {},
    /** The product that it is about: its name and kind. */
    readonly about: { name?: string; kind?: string } = {},
  ) {
    super(message);
  }
}

/** 405, with the methods that are allowed: "POST", "GET, POST". */
export const methodError = (allow: string) => new HttpError(405, "method_not_allowed", `Send ${allow}.`, { allow });

/** 503: the database cannot be reached, see `DatabaseAway`. */
export const databaseAwayError = () =>
  new HttpError(503, "try_again", "The database cannot be reached. Nothing is stored yet: send the request again.", {
    "retry-after": "10",
  });

/** 500: nobody foresaw it. */
export const internalError = () =>
  new HttpError(
    500,
    "internal_error",
    "Something went wrong here. Try again in a moment; the function's log says what it was.",
  );
