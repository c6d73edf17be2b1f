/**
 * What the jobs that call a provider share: which variables must be set, and what an error of its API means for the
 * delivery.
 */

import type { ApiError } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { type AttemptOutcome, NotConfigured } from "../adapter.ts";

/** @throws NotConfigured naming the variables that are not set. */
export function requireEnv(names: readonly string[], env: Environment): void {
  const unset = names.filter((name) => !env(name));
  if (unset.length > 0) {
    throw new NotConfigured(`${unset.join(", ")} not set: copy the app's value from the provider's dashboard.`);
  }
}

/**
 * What an error of a provider's API means for a delivery. @throws NotConfigured when the API refuses the credentials in
 * `envNames`.
 */
export function outcomeOf(error: ApiError, envNames: readonly string[]): AttemptOutcome & { error: string } {
  const { status = null, body, retryAfterMs = null } = error.details;
  if (error.code === "unauthorized") {
    throw new NotConfigured(
      `${error.sentence} Check ${envNames.join(" and ")}, and that they are of the same mode, live or test, ` +
        "as the payment.",
    );
  }
  const answer = { status, retryAfterMs, ...(body !== undefined && { body }), error: error.message };
  // 409: another request with the same id is under way.
  return { ...answer, outcome: error.temporary || status === 409 ? "retry" : "refused" };
}
