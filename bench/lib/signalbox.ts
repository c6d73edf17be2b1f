/** Our own path: the webhook's handler as it is deployed, called in this process, with events of three kinds. */

import { webhookHandler } from "../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../functions/_shared/outbound/after_webhook.ts";
import { type Database, openDatabase } from "../../functions/_shared/platform/database.ts";
import type { Runtime } from "../../functions/_shared/platform/runtime.ts";
import { stripe } from "../../functions/_shared/providers/stripe/webhook.ts";
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { closedLoop } from "./closed_loop.ts";
import { type Contender, expectNumbers, type Prepared } from "./contender.ts";
import { chargeRefunded, chargeSucceeded, checkoutCompleted } from "./events.ts";
import { ITEMS_OF_A_SALE, type Shop } from "./shop.ts";

export type Handler = (request: Request) => Promise<Response>;

/** What the bodies are signed with. */
export const WEBHOOK_SECRET = "whsec_development_stripe";

/** How many events of each kind were sent, by whichever contender. */
export interface Sent {
  completed: number;
  refunded: number;
  succeeded: number;
}

export const nothingSent = (): Sent => ({ completed: 0, refunded: 0, succeeded: 0 });

export interface OpenHandler {
  handle: Handler;
  /** The handler's own connections. */
  database: Database;
  stop(): Promise<void>;
}

export function openHandler(databaseUrl: string): OpenHandler {
  // Connections as in a function: its default.
  const database = openDatabase(databaseUrl);
  const env = (name: string) => (name === "STRIPE_WEBHOOK_SECRET" ? WEBHOOK_SECRET : undefined);
  const deferred: Promise<unknown>[] = [];
  const ending = new AbortController();
  const runtime: Runtime = {
    env,
    now: Date.now,
    defer: (work) => deferred.push(work),
    database,
    ending: ending.signal,
  };
  return {
    handle: webhookHandler(stripe, openAfterWebhook, runtime),
    database,
    async stop() {
      ending.abort();
      await Promise.all(deferred);
      await database.close();
    },
  };
}

/** Over HTTP as a provider would: the gateway, and Deno behind it. */
export function httpHandler(functionsUrl: string): Handler {
  const url = `${functionsUrl}/stripe`;
  return async (request) => {
    const response = await fetch(url, { method: "POST", headers: request.headers, body: await request.text() });
    return new Response(await response.text(), { status: response.status });
  };
}

/** Requests with these bodies, made before the clock starts: in a function the platform makes them. */
export function requests(handle: Handler, bodies: string[], status: string): Prepared {
  const answers: Response[] = [];
  return {
    calls: bodies.map((body) => {
      const request = new Request("http://127.0.0.1/functions/v1/stripe", {
        method: "POST",
        headers: stripeHeaders(body, WEBHOOK_SECRET),
        body,
      });
      return async () => {
        answers.push(await handle(request));
      };
    }),
    async settle() {
      for (const answer of answers) {
        const body = await answer.text();
        if (answer.status !== 200 || JSON.parse(body).status !== status)
          throw new Error(`An event was answered ${answer.status} ${body}`);
      }
    },
  };
}

/** Paid checkouts. */
export function paidCheckouts(name: string, handle: Handler, shop: Shop, sent: Sent): Contender {
  return {
    name,
    does: "checkout.session.completed, full effect: event, payment, order with 2 items, parcel, stock, 2 messages, 3 deliveries, 2 broadcasts",
    async prepare(events) {
      const sales = await shop.openCheckouts(events);
      sent.completed += events;
      await shop.clearBells();
      return requests(handle, sales.map(checkoutCompleted), "applied");
    },
    check: () => checkShop(shop, sent),
    stop: async () => {},
  };
}

/** Full refunds of payments that were captured just before. */
export function refunds(name: string, handle: Handler, shop: Shop, sent: Sent): Contender {
  return {
    name,
    does: "charge.refunded, full effect: event, payment and order refunded, parcel called off, event forwarded, 3 messages, 5 deliveries, 2 broadcasts",
    async prepare(events) {
      const sales = await shop.openCheckouts(events);
      sent.completed += events;
      const payments = requests(handle, sales.map(checkoutCompleted), "applied");
      await closedLoop(16, payments.calls);
      await payments.settle!();
      sent.refunded += events;
      await shop.clearBells();
      return requests(handle, sales.map(chargeRefunded), "applied");
    },
    check: () => checkShop(shop, sent),
    stop: async () => {},
  };
}

/** The very events the peer gets. We make nothing of them: a payment is captured by its checkout or its intent. */
export function archivedCharges(name: string, handle: Handler, shop: Shop, sent: Sent): Contender {
  return {
    name,
    does: "charge.succeeded, archived and deduplicated; it holds no fact",
    async prepare(events) {
      sent.succeeded += events;
      await shop.clearBells();
      return requests(handle, Array.from({ length: events }, chargeSucceeded), "ignored");
    },
    check: () => checkShop(shop, sent),
    stop: async () => {},
  };
}

/** Every event left its whole effect, and nothing more. */
async function checkShop(shop: Shop, { completed, refunded, succeeded }: Sent): Promise<Record<string, number>> {
  const found = await shop.count();
  // One for the payment and one for the order each time; a row that is updated twice is broadcast twice.
  const broadcasts = 2 * (completed + refunded);
  if (found.broadcasts! < broadcasts)
    throw new Error(`signalbox: expected ${broadcasts} broadcasts or more, found ${found.broadcasts}.`);
  return expectNumbers("signalbox", found, {
    events: completed + refunded + succeeded,
    applied: completed + refunded,
    ignored: succeeded,
    payments: completed,
    refunded,
    orders: completed,
    order_items: ITEMS_OF_A_SALE * completed,
    stock_taken: ITEMS_OF_A_SALE * completed,
    checkouts_paid: completed,
    "payment.captured": completed,
    "order.created": completed,
    "order.changed": refunded,
    "charge.refunded": refunded,
    parcels: completed,
    "fulfillment.changed": refunded,
    messages: 2 * completed + 3 * refunded,
    deliveries: 3 * completed + 5 * refunded,
  });
}
