/** Answers the doorbell: checks that the database rang it, and lets the courier run after the answer. */
import { readBody } from "./body.ts";
import { confirmDue } from "./confirm.ts";
import { runCourier } from "./courier.ts";
import { log } from "./log.ts";
import { rereadDue } from "./reread.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "./respond.ts";
import { edgeRuntime, type Runtime } from "./runtime.ts";

/** Hosted ends a worker after 150 s (free plan): a run stops claiming well before, and hands on. */
const RUN = 100_000;

export function dispatch(runtime: Runtime = edgeRuntime()): (request: Request) => Promise<Response> {
  async function work(): Promise<void> {
    try {
      await rereadDue(runtime);
      await confirmDue(runtime);
      await runCourier(runtime, { pump: "bell", milliseconds: RUN });
    } catch (error) {
      log("error", "the courier stopped; cron rings again", { error });
    }
  }

  return async (request) => {
    if (request.method !== "POST") return methodNotAllowed("POST");
    const bell = parse(await readBody(request, 1000));
    if (!bell) return refused(401, "bell_not_genuine", "Only the database rings this bell: select outbox.ring().");
    try {
      const [answer] = await runtime.database.query<{ genuine: boolean }>("select outbox.bell_is_genuine($1::text::jsonb) as genuine", [
        bell,
      ]);
      if (!answer!.genuine)
        return refused(401, "bell_not_genuine", "Only the database rings this bell, for a minute: select outbox.ring().");
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
