/** What the jobs share that ask a provider to do something: what must be set, and what an error means. */

import type { ApiError } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";
import { type AttemptOutcome, NotConfigured } from "../adapter.ts";

/** @throws Unsent naming the variables that are not set. */
export function requireEnv(needs: readonly string[], env: Environment): void {
  const unset = needs.filter((name) => !env(name));
  if (unset.length > 0)
    throw new NotConfigured(`${unset.join(", ")} not set: that of the app, from the provider's dashboard.`);
}

/** What an error of the provider's API means for a delivery. @throws Unsent when it does not take the credentials. */
export function outcomeOf(error: ApiError, needs: readonly string[]): AttemptOutcome & { error: string } {
  const { status = null, body, retryAfterMs = null } = error.details;
  if (error.code === "unauthorized") {
    throw new NotConfigured(
      `${error.message}. Check ${needs.join(" and ")}, and that what is asked is of the same side, live or test.`,
    );
  }
  const answer = { status, retryAfterMs, ...(body !== undefined && { body }), error: error.message };
  // 409: another request of the same id is under way.
  return { ...answer, outcome: error.temporary || status === 409 ? "retry" : "refused" };
}
