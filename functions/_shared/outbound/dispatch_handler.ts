/**
 * Answers the doorbell: checks that the database rang it, and runs a courier after the answer is sent: one for each
 * bell, since pg_net may send the same one again.
 */
import { readBody } from "../http/read_body.ts";
import { databaseAway, methodNotAllowed, ok, refused } from "../http/respond.ts";
import { retryUnconfirmed } from "../inbound/retry_unconfirmed.ts";
import { retryUnreadable } from "../inbound/retry_unreadable.ts";
import { log } from "../platform/log.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { runCourier } from "./courier.ts";

/**
 * In ms. Hosted ends a worker after 150 s (free plan): a run stops claiming well before that, and hands over to a new
 * one.
 */
const RUN_MS = 100_000;

export function dispatchHandler(runtime: Runtime = edgeRuntime()): (request: Request) => Promise<Response> {
  /** Side by side, since a provider's API that hangs must hold up no delivery. None of them rejects. */
  async function work(): Promise<void> {
    const stopped = (what: string) => (error: unknown) =>
      log("error", `${what} stopped with an error; cron starts the next`, { error });
    await Promise.all([
      runCourier(runtime, { pump: "bell", milliseconds: RUN_MS }).catch(stopped("the courier")),
      retryUnreadable(runtime).catch(stopped("reading events again")),
      retryUnconfirmed(runtime).catch(stopped("asking providers again")),
    ]);
  }

  return async (request) => {
    if (request.method !== "POST") return methodNotAllowed("POST");
    const bell = parse(await readBody(request, 1000));
    if (!bell) return bellNotGenuine();
    let taken: "first" | "again" | "refused";
    try {
      const [answer] = await runtime.database.query<{ taken: typeof taken }>(
        "select outbox.take_bell($1::text::jsonb) as taken",
        [bell],
      );
      taken = answer!.taken;
    } catch (error) {
      log("error", "the doorbell's signature could not be checked", { error });
      return databaseAway();
    }
    if (taken === "refused") return bellNotGenuine();
    if (taken === "first") runtime.defer(work());
    return ok({ status: "accepted" }, 202);
  };
}

const bellNotGenuine = () =>
  refused(
    401,
    "bell_not_genuine",
    "Only the database may call this, with a signature that is valid for a minute. " +
      "To start a courier: select outbox.ring().",
  );

/** The three fields of the doorbell's body; null for anything else. */
function parse(body: Uint8Array | null): object | null {
  try {
    const { expires_at, nonce, signature } = JSON.parse(new TextDecoder().decode(body ?? new Uint8Array()));
    if (!Number.isSafeInteger(expires_at)) return null;
    // As outbox.ring makes them: nothing else reaches the database, which could not store half a surrogate pair.
    if (typeof nonce !== "string" || !/^[0-9a-f-]{36}$/.test(nonce)) return null;
    if (typeof signature !== "string" || !/^[0-9a-f]{64}$/.test(signature)) return null;
    return { expires_at, nonce, signature };
  } catch {
    return null;
  }
}
