/** Answers the doorbell: checks that the database rang it, and lets the courier run after the answer. */
import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { retryUnconfirmed } from "../inbound/retry_unconfirmed.ts";
import { retryUnreadable } from "../inbound/retry_unreadable.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { runCourier } from "./courier.ts";

/** Hosted ends a worker after 150 s (free plan): a run stops claiming well before, and hands on. */
const RUN_MS = 100_000;

export function dispatchHandler(runtime: Runtime = edgeRuntime()): (request: Request) => Promise<Response> {
  async function work(): Promise<void> {
    try {
      await retryUnreadable(runtime);
      await retryUnconfirmed(runtime);
      await runCourier(runtime, { pump: "bell", milliseconds: RUN_MS });
    } catch (error) {
      log("error", "the courier stopped; cron rings again", { error });
    }
  }

  return async (request) => {
    if (request.method !== "POST") return methodNotAllowed("POST");
    const bell = parse(await readBody(request, 1000));
    if (!bell) return refused(401, "bell_not_genuine", "Only the database rings this bell: select outbox.ring().");
    try {
      const [answer] = await runtime.database.query<{ genuine: boolean }>(
        "select outbox.bell_is_genuine($1::text::jsonb) as genuine",
        [bell],
      );
      if (!answer!.genuine)
        return refused(
          401,
          "bell_not_genuine",
          "Only the database rings this bell, for a minute: select outbox.ring().",
        );
    } catch (error) {
      log("error", "the bell could not be checked", { error });
      return databaseAway();
    }
    runtime.defer(work());
    return ok({ status: "accepted" }, 202);
  };
}

/** A bell's three members, or null for anything else. */
function parse(body: Uint8Array | null): object | null {
  try {
    const { expires_at, nonce, signature } = JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()));
    if (!Number.isSafeInteger(expires_at) || typeof nonce !== "string" || typeof signature !== "string") return null;
    if (nonce.includes("\0") || signature.includes("\0")) return null;
    return { expires_at, nonce, signature };
  } catch {
    return null;
  }
}
