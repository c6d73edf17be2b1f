/** A refusal. `message` is for buyers, `code` is one of docs/errors.md, or of the Data API. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const AWAY = "Sorry, the shop cannot be reached. Please check your connection, then try again.";
