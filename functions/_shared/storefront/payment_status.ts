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

import { untied } from "../deadlock.ts";
import { HISTORIES } from "../history.ts";
import { openInbox } from "../inbox.ts";
import { log } from "../log.ts";
import { withPatience } from "../patience.ts";
import { ok } from "../respond.ts";
import { edgeRuntime, type Runtime } from "../runtime.ts";
import { openTail } from "../tail.ts";
import { openCallers } from "./caller.ts";
import { forBrowsers } from "./cors.ts";
import { jsonBody } from "./json_body.ts";
import { askAgainIn, type Status, show } from "./show.ts";
import { askedFor, THEIRS } from "./theirs.ts";

export interface PaymentStatusOptions {
  runtime?: Runtime;
  histories?: typeof HISTORIES;
  /** How long a provider may take, in ms. */
  patience?: number;
}

/** What commerce.to_ask hands out. */
interface ToAsk {
  provider: string;
  kind: "payment" | "approval";
  ref: string;
}

export function paymentStatus({ runtime = edgeRuntime(), histories = HISTORIES, patience = 5000 }: PaymentStatusOptions = {}) {
  const { database, env } = runtime;
  const callers = openCallers(runtime);
  const inbox = openInbox(database);
  const tail = openTail(runtime);

  return forBrowsers("GET, POST", async (request) => {
    const asked = request.method === "POST" ? await jsonBody(request) : Object.fromEntries(new URL(request.url).searchParams);
    const { values, unknown } = askedFor(request.headers, asked, await callers(request.headers));
    const read = async () => {
      const statement = `select case when ${THEIRS} then commerce.payment_status($1::uuid) end as status`;
      const rows = await untied(() => database.query<{ status: Status | null }>(statement, values));
      return rows[0]!.status;
    };
    let status = await read();
    if (!status) throw unknown;
    if ((status.state === "processing" || status.state === "unpaid") && (await askProviders(values[0]))) status = (await read()) ?? status;
    return ok({ ...status, show: show(status), ask_again_in_ms: askAgainIn(status) });
  });

  /** Whether anything was learnt. */
  async function askProviders(checkoutId: string): Promise<boolean> {
    const statement = "select provider, kind, ref from commerce.to_ask($1::uuid)";
    const due = await untied(() => database.query<ToAsk>(statement, [checkoutId]));
    const learnt = await Promise.all(due.map((one) => ask(one)));
    if (!learnt.includes(true)) return false;
    // What a buyer approved is taken by the courier, at once.
    tail.follow();
    return true;
  }

  async function ask({ provider, ...asked }: ToAsk): Promise<boolean> {
    try {
      const history = await histories[provider]?.();
      if (!history?.standing || history.needs.some((name) => !env(name))) return false;
      // Loaded only when needed: it knows how to read what providers say.
      const { receiveMissing, standingOf } = await import("../standing.ts");
      const told = await withPatience(patience, runtime.ending, (signal) => standingOf(provider, history, asked, env, signal));
      if (!told) return false;
      return (await receiveMissing(provider, [told], "objects", { database, inbox })).healed > 0;
    } catch (error) {
      log("warn", "a buyer waits, and the provider could not be asked", { provider, ...asked, error });
      return false;
    }
  }
}
