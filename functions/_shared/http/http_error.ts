/** Thrown where a request cannot be served: becomes the answer, whoever called. `message` says what to do next. */
export class HttpError extends Error {
  override name = "TurnedAway";
  constructor(
    readonly status: number,
    /** A word for programs. */
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}
