/**
 * The status of a checkout, for its buyer, who often comes back before the provider's webhook arrives. While the buyer
 * waits, the provider's API is asked, and its answer received like a webhook. If it does not answer, the webhook still
 * decides.
 *
 *     GET  /functions/v1/payment-status?checkout_session_id=…   x-checkout-token: …  (or Authorization: Bearer …)
 *     POST /functions/v1/payment-status                           {"checkout_session_id": "…", "token": "…"}
 *
 * Answers 200 with what commerce.payment_status returns, a text to show and when to ask again. Errors: docs/errors.md.
 */

import { jsonBody } from "../http/json_body.ts";
import { ok } from "../http/respond.ts";
import { withTimeout } from "../http/with_timeout.ts";
import { openInbox } from "../inbound/inbox.ts";
import { openAfterWebhook } from "../outbound/after_webhook.ts";
import { log } from "../platform/log.ts";
import { retryOnDeadlock } from "../platform/retry_deadlock.ts";
import type { FunctionRow, Narrow } from "../platform/rows.ts";
import { edgeRuntime, type Runtime } from "../platform/runtime.ts";
import { PROVIDERS, type ProviderEntry } from "../providers/registry.ts";
import { openAuthenticator } from "./authenticate.ts";
import { browserHandler } from "./browser_handler.ts";
import { callAsOwner, checkoutAccess, checkoutUnknown } from "./checkout_access.ts";
import { pollAgainMs, type Status, statusText } from "./status_text.ts";

export interface PaymentStatusOptions {
  runtime?: Runtime;
  /** By name. Those that have a history can be asked about a payment. */
  providers?: Record<string, Pick<ProviderEntry, "history">>;
  /** How long a provider may take, in ms. */
  timeoutMs?: number;
}

type StatusCheck = Narrow<FunctionRow<"commerce", "claim_status_checks">, { kind: "payment" | "approval" }>;

export function paymentStatusHandler({
  runtime = edgeRuntime(),
  providers = PROVIDERS,
  timeoutMs = 5000,
}: PaymentStatusOptions = {}) {
  const { database, env } = runtime;
  const authenticate = openAuthenticator(runtime);
  const inbox = openInbox(database);
  const afterWebhook = openAfterWebhook(runtime);

  return browserHandler("GET, POST", answer, { endpoint: "payment-status", database });

  async function answer(request: Request): Promise<Response> {
    const fields =
      request.method === "POST" ? await jsonBody(request) : Object.fromEntries(new URL(request.url).searchParams);
    const access = checkoutAccess(request.headers, fields, await authenticate(request.headers));
    const read = () => callAsOwner<Status>(database, access, "commerce.payment_status($1::uuid)");
    let status = await read();
    if (!status) throw checkoutUnknown();
    if ((status.state === "processing" || status.state === "unpaid") && (await askProviders(access.checkoutId)))
      status = (await read()) ?? status;
    return ok({ ...status, show: statusText(status), ask_again_in_ms: pollAgainMs(status) });
  }

  /** Whether a provider's answer changed something. */
  async function askProviders(checkoutId: string): Promise<boolean> {
    const statement = "select provider, kind, ref from commerce.claim_status_checks($1::uuid)";
    const checks = await retryOnDeadlock(() => database.query<StatusCheck>(statement, [checkoutId]));
    const changed = await Promise.all(checks.map(askProvider));
    if (!changed.includes(true)) return false;
    // A payment that turns out to be approved is captured by the courier, without delay.
    afterWebhook.scheduleDelivery();
    return true;
  }

  async function askProvider({ provider, ...payment }: StatusCheck): Promise<boolean> {
    try {
      const history = await providers[provider]?.history?.();
      if (!history?.getStatus || history.requiredEnv.some((name) => !env(name))) return false;
      // Loaded when first needed: it loads the providers' readers.
      const { receiveMissing, paymentStatusAt } = await import("../inbound/receive_missing.ts");
      const message = await withTimeout(timeoutMs, runtime.ending, (signal) =>
        paymentStatusAt(provider, history, payment, env, signal),
      );
      if (!message) return false;
      return (await receiveMissing(provider, [message], "objects", { database, inbox })).healed > 0;
    } catch (error) {
      log("warn", "a provider could not be asked while a buyer waits", { provider, ...payment, error });
      return false;
    }
  }
}
