/** Buyers, members, admins and forgers, as a plan says: what they do at a running stack and its providers. */
import { randomUUID } from "node:crypto";
import http from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "../../local/stack.ts";
import { lettersOf } from "../body.ts";
import { fapshiEvent } from "../providers/fapshi.ts";
import { paypalEvent } from "../providers/paypal.ts";
import { stripeEvent } from "../providers/stripe.ts";
import { whopEvent } from "../providers/whop.ts";
import type { PatientDatabase } from "./database.ts";
import type { CreditSale, Sale } from "./history.ts";
import type { Traffic } from "./plan.ts";
import type { Postbox, Webhook } from "./sent.ts";

/** The pack of credits that Whop sells here. */
export const PACK = { ref: "pack_chaos", credits: 50, priceMinor: 4900, currency: "EUR" };

type Buy = Traffic & { do: "buy" };

export interface Shop {
  readonly sales: Sale[];
  readonly credits: CreditSale[];
  /** Does one thing of a plan; resolves when it is done, or given up. */
  act(one: Traffic): Promise<void>;
  /** Brings the sales up to what the providers say, and sends what PayPal has to say of its captures. */
  catchUp(): Promise<void>;
}

export interface ShopOptions {
  stack: Stack;
  database: PatientDatabase;
  postbox: Postbox;
  /** Of the plan's products, in its order. */
  skus: string[];
  /** Makes names and addresses of this run its own. */
  run: string;
  /** Gives up: what waits rejects. */
  signal?: AbortSignal;
}

interface Opened {
  sale: Sale;
  ref: string;
}

const ATTEMPTS = 40;
const TIMEOUT_MS = 30_000;

export function openShop({ stack, database, postbox, skus, run, signal }: ShopOptions): Shop {
  const pause = (ms: number) => wait(ms, undefined, { signal });
  const sales = new Map<string, Opened>();
  const webhooks = new Map<string, Webhook[]>();
  const credits: CreditSale[] = [];
  /** PayPal's orders whose capture was told of. */
  const told = new Set<string>();

  /** Opens a checkout, as a storefront does: with one key, until it is answered. Null: sold out, or not to be had. */
  async function open({ name, provider, product, quantity }: Buy): Promise<Opened | null> {
    const key = randomUUID();
    const body = JSON.stringify({
      provider,
      items: [{ sku: skus[product], quantity }],
      email: `${name}.${run}@chaos.example`,
    });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        const { status, text } = await postFrom(addressOf(name), `${stack.functionsUrl}/checkout`, key, body);
        const answer = JSON.parse(text) as { checkout_session_id: string; currency: string };
        if (status >= 200 && status < 300) return await opened(answer.checkout_session_id, answer.currency);
        // Sold out, or a mistake of ours. What the provider's API refused is asked again with the same key.
        if (status < 500 && status !== 429 && status !== 409) return null;
        if (status === 409 && !text.includes("in_progress")) return null;
      } catch {
        // no answer: the next one tells
      }
      await pause(250);
    }
    return null;

    async function opened(checkout: string, currency: string): Promise<Opened> {
      const [started] = await database.ask(
        (sql) => sql`select provider_ref from public.started_payments where checkout_session_id = ${checkout}`,
      );
      const sale: Sale = {
        ...{ checkout, provider, sku: skus[product]!, quantity, currency, capturedMinor: 0 },
        ...{ refundedMinor: 0, refundDueMinor: 0 },
      };
      return { sale, ref: started!.provider_ref };
    }
  }

  async function buy(one: Buy): Promise<void> {
    const opened = await open(one);
    if (!opened) return;
    sales.set(one.name, opened);
    if (one.ends === "abandoned") return;
    const { sale, ref } = opened;
    const bodies = stack.providers[one.provider].pay(ref, one.ends);
    if (one.ends === "captured" && one.provider !== "paypal") sale.capturedMinor = amountOf(one.provider, bodies[0]!);
    const events = bodies.map((body) => ({
      ...{ provider: one.provider, type: typeOf(one.provider, body), body, checkout: sale.checkout },
    }));
    if (one.reversed) events.reverse();
    webhooks.set(one.name, events);
    await sendAll(events, one.copies);
    if (one.refunded) await refund(sale);
  }

  /** A few times each, as a provider does at first; what is left is sent again at the end. */
  async function sendAll(events: Webhook[], copies: number): Promise<void> {
    for (const event of events) {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (await postbox.send(event, copies)) break;
        await pause(400);
      }
    }
  }

  /** An admin gives a third back, once. */
  async function refund(sale: Sale): Promise<void> {
    const amount = Math.floor(sale.capturedMinor / 3);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const asked = await database.ask(async (sql) => {
        const [payment] = await sql`
          select p.id, exists (select from public.refund_requests r where r.payment_id = p.id) as asked
          from public.payments p where p.checkout_session_id = ${sale.checkout} and p.captured_at is not null`;
        if (!payment) return false;
        if (!payment.asked) await sql`select commerce.request_refund(${payment.id}, ${amount}, 'The mug was chipped.')`;
        return true;
      });
      if (asked) {
        sale.refundDueMinor = amount;
        return;
      }
      await pause(250);
    }
  }

  async function giveCredits({ name, refunded, copies, reversed }: Traffic & { do: "credits" }): Promise<void> {
    const sale = `${run}-${name}`;
    const metadata = { type: "credit_pack", packId: PACK.ref, credits: PACK.credits };
    const paid = { "data.metadata": metadata, "data.total": 49, "data.currency": "eur" };
    const email = { "data.user.email": `${name}.${run}@chaos.example` };
    const bodies = [whopEvent("payment.succeeded", { ...paid, ...email }, sale)];
    if (refunded) {
      const back = { "data.amount": 49, "data.currency": "eur", "data.status": "succeeded" };
      bodies.push(whopEvent("refund.created", back, sale));
    }
    const events = bodies.map((body) => ({
      ...{ provider: "whop" as const, type: JSON.parse(body).type, body, checkout: null },
    }));
    credits.push({ paymentRef: JSON.parse(bodies[0]!).data.id, credits: PACK.credits, refunded });
    for (const { body } of events) stack.providers.whop.put(body);
    await sendAll(reversed ? events.reverse() : events, copies);
  }

  async function forge({ victim, provider, how }: Traffic & { do: "forge" }): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS && !sales.has(victim); attempt++) await pause(250);
    const opened = sales.get(victim);
    if (!opened) return;
    const { checkout } = opened.sale;
    const body = {
      stripe: () => stripeEvent("payment_intent.succeeded", { "data.object.metadata.checkout_session_id": checkout }),
      paypal: () => paypalEvent("PAYMENT.CAPTURE.COMPLETED", { "resource.custom_id": checkout }),
      fapshi: () => fapshiEvent("SUCCESSFUL", { externalId: checkout, amount: 30_000 }),
    }[provider]();
    await postbox.forge({ provider, type: typeOf(provider, body), body, checkout }, how);
  }

  async function refundedAtStripe(intent: string): Promise<number> {
    const path = `/v1/refunds?payment_intent=${intent}`;
    const headers = { authorization: "Bearer the-simulator" };
    const answer = await stack.providers.stripe.handle(new Request(`http://stripe${path}`, { headers }), path);
    const { data } = (await answer.json()) as { data: { amount: number }[] };
    return data.reduce((total, { amount }) => total + amount, 0);
  }

  return {
    get sales() {
      return [...sales.values()].map(({ sale }) => sale);
    },
    credits,
    async act(one) {
      switch (one.do) {
        case "buy":
          return await buy(one);
        case "credits":
          return await giveCredits(one);
        case "forge":
          return await forge(one);
        case "flood":
          for (const webhook of webhooks.get(one.of) ?? []) await postbox.send(webhook, one.copies);
      }
    },
    async catchUp() {
      const { paypal } = stack.providers;
      for (const [name, { sale, ref }] of sales) {
        if (sale.provider === "stripe" && sale.capturedMinor > 0) {
          const paid = webhooks.get(name)?.find(({ type }) => type === "payment_intent.succeeded");
          if (paid) sale.refundedMinor = await refundedAtStripe(JSON.parse(paid.body).data.object.id);
        }
        if (sale.provider !== "paypal") continue;
        const captures =
          paypal.orders.get(ref)?.purchase_units.flatMap(({ payments }) => payments?.captures ?? []) ?? [];
        const taken = captures.filter(({ status }) => status === "COMPLETED");
        sale.capturedMinor = taken.reduce((total, { amount }) => total + Math.round(Number(amount.value) * 100), 0);
        if (captures.length === 0 || told.has(ref)) continue;
        told.add(ref);
        const body = paypal.captureEvent(ref);
        await postbox.send({ provider: "paypal", type: typeOf("paypal", body), body, checkout: sale.checkout });
      }
    },
  };
}

/** A loopback address of the buyer's own: calls from one address wait for each other, where they are counted. */
function addressOf(name: string): string {
  const number = Number.parseInt(lettersOf(4, name), 16);
  return `127.1.${number >> 8}.${number & 255 || 1}`;
}

function postFrom(
  localAddress: string,
  url: string,
  key: string,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = http.request(url, { method: "POST", headers, localAddress, signal, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode!, text }));
      response.once("error", reject);
    });
    request.once("error", reject);
    request.end(body);
  });
}

function typeOf(provider: string, body: string): string {
  const event = JSON.parse(body);
  return String({ paypal: event.event_type, fapshi: event.status }[provider] ?? event.type);
}

/** What the provider took, by its own webhook. */
function amountOf(provider: "stripe" | "fapshi", body: string): number {
  const event = JSON.parse(body);
  return provider === "stripe" ? event.data.object.amount_received : event.amount;
}
