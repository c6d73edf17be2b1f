/**
 * How a checkout stands, for its buyer: answers the redirect that beat the webhook. While he waits, the provider is asked itself, and what it
 * says goes the way of a webhook; should it say nothing, nothing is lost but time.
 *
 *     GET  /functions/v1/payment-status?checkout_session_id=…     x-checkout-token: …   (or Authorization: Bearer <session>)
 *     POST /functions/v1/payment-status                           {"checkout_session_id": "…", "token": "…"}
 *
 * Answers: 200 what commerce.payment_status says, with words to show and when to ask again; 400; 401 the session is not valid;
 * 404 not theirs, or none; 503 the database is away.
 */

import { jsonBody } from "../http/json_body.ts";
import { ok } from "../http/respond.ts";
import { withTimeout } from "../http/with_timeout.ts";
import { openInbox } from "../inbound/inbox.ts";
import { openAfterWebhook } from "../outbound/after_webhook.ts";
import { log } from "../platform/log.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { PROVIDERS, type ProviderEntry } from "../providers/registry.ts";
import { openAuthenticator } from "./authenticate.ts";
import { browserHandler } from "./browser_handler.ts";
import { askedFor, THEIRS } from "./checkout_access.ts";
import { pollAgainMs, type Status, statusText } from "./status_text.ts";

export interface PaymentStatusOptions {
  runtime?: Runtime;
  /** What can be asked about its payments, by name. */
  providers?: Record<string, Pick<ProviderEntry, "history">>;
  /** How long a provider may take, in ms. */
  timeoutMs?: number;
}

/** What commerce.claim_status_checks hands out. */
interface ToAsk {
  provider: string;
  kind: "payment" | "approval";
  ref: string;
}

export function paymentStatusHandler({
  runtime = edgeRuntime(),
  providers = PROVIDERS,
  timeoutMs = 5000,
}: PaymentStatusOptions = {}) {
  const { database, env } = runtime;
  const callers = openAuthenticator(runtime);
  const inbox = openInbox(database);
  const tail = openAfterWebhook(runtime);

  return browserHandler("GET, POST", async (request) => {
    const asked =
      request.method === "POST" ? await jsonBody(request) : Object.fromEntries(new URL(request.url).searchParams);
    const { values, unknown } = askedFor(request.headers, asked, await callers(request.headers));
    const read = async () => {
      const statement = `select case when ${THEIRS} then commerce.payment_status($1::uuid) end as status`;
      const rows = await retryOnDeadlock(() => database.query<{ status: Status | null }>(statement, values));
      return rows[0]!.status;
    };
    let status = await read();
    if (!status) throw unknown;
    if ((status.state === "processing" || status.state === "unpaid") && (await askProviders(values[0])))
      status = (await read()) ?? status;
    return ok({ ...status, show: statusText(status), ask_again_in_ms: pollAgainMs(status) });
  });

  /** Whether anything was learnt. */
  async function askProviders(checkoutId: string): Promise<boolean> {
    const statement = "select provider, kind, ref from commerce.claim_status_checks($1::uuid)";
    const due = await retryOnDeadlock(() => database.query<ToAsk>(statement, [checkoutId]));
    const learnt = await Promise.all(due.map((one) => ask(one)));
    if (!learnt.includes(true)) return false;
    // What a buyer approved is taken by the courier, at once.
    tail.scheduleDelivery();
    return true;
  }

  async function ask({ provider, ...asked }: ToAsk): Promise<boolean> {
    try {
      const history = await providers[provider]?.history?.();
      if (!history?.getStatus || history.requiredEnv.some((name) => !env(name))) return false;
      // Loaded only when needed: it knows how to read what providers say.
      const { receiveMissing, paymentStatusAt: standingOf } = await import("../inbound/receive_missing.ts");
      const told = await withTimeout(timeoutMs, runtime.ending, (signal) =>
        standingOf(provider, history, asked, env, signal),
      );
      if (!told) return false;
      return (await receiveMissing(provider, [told], "objects", { database, inbox })).healed > 0;
    } catch (error) {
      log("warn", "a buyer waits, and the provider could not be asked", { provider, ...asked, error });
      return false;
    }
  }
}
