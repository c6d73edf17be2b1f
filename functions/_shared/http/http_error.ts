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
