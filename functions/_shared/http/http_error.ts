import type { ErrorCode } from "./error_codes.ts";

/** Thrown where a request cannot be served: becomes the answer, whoever called. `message` says what to do next. */
export class HttpError extends Error {
  override name = "TurnedAway";
  constructor(
    readonly status: number,
    /** A word for programs. */
    readonly code: ErrorCode,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}
