/** How the test events of one provider are made. */
export interface Sender {
  /** Every name that `event` takes: a type of event, perhaps with a variant of it. */
  types: readonly string[];
  /** The function that receives them, where its name is not the provider's. */
  function?: string;
  /**
   * The body of a new event. The same `sale` gives the same ids to the objects it is about.
   * @throws Error when `overrides` names a field that the event does not have.
   */
  event(type: string, overrides: Record<string, unknown>, sale?: string): string;
  /**
   * The signed headers for `body`, when it is sent to `url`. `env`: the variables with the secret to sign with
   * (default: this machine's, by local/environment.ts).
   * @throws Error when the secret to sign with is not set.
   */
  headers(
    body: string,
    url: string,
    env?: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}
