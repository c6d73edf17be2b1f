/**
 * The whole system for a test: the embedded Supabase with our functions, and a receiver in place of make.com and
 * Railway.
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import WebSocket from "ws";
import { openDatabase } from "../../functions/_shared/platform/database.ts";
import type { Database as Schema } from "../../functions/_shared/platform/database_types.ts";
import type { Runtime } from "../../functions/_shared/platform/runtime.ts";
import { signUpConfirmed } from "../../local/accounts.ts";
import { developmentEnvironment } from "../../local/environment.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { fapshiEvent, fapshiHeaders } from "../../simulator/providers/fapshi.ts";
import { fathomHeaders } from "../../simulator/providers/fathom.ts";
import { paypal, paypalEvent } from "../../simulator/providers/paypal.ts";
import { stripeEvent, stripeHeaders } from "../../simulator/providers/stripe.ts";
import { whopEvent, whopHeaders } from "../../simulator/providers/whop.ts";
import { type Receiver, type ReceiverSecrets, startReceiver } from "../../simulator/receiver.ts";

export { until } from "../until.ts";

export interface TestStack {
  stack: Stack;
  receiver: Receiver;
  /** As the owner role, `postgres`. */
  sql: postgres.Sql;
  env: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * On a copy of a database with all migrations, where one buyer may open any number of checkouts. Nothing is flushed to
 * disk: a test that kills the database says `fsync: true`, and has what a real one has.
 */
export async function startTestStack(options: StackOptions = {}): Promise<TestStack> {
  const secrets = developmentEnvironment();
  const receiver = await startReceiver(secrets as unknown as ReceiverSecrets);
  const role = { FUNCTIONS_ROLE_PASSWORD: AS_ROLE ? "a password of the role" : "" };
  const env = { ...secrets, ...receiver.environment(), ...role, ...options.env };
  const stack = await startStack({ prepared: true, fsync: false, ...options, env }).catch(async (error) => {
    await receiver.stop();
    throw error;
  });
  const sql = postgres(stack.dbUrl, { max: 4, onnotice() {}, backoff: () => 0.1 });
  if (env.FUNCTIONS_ROLE_PASSWORD) await useFunctionsRole(sql, env.FUNCTIONS_ROLE_PASSWORD);
  // All buyers come from one address, and many have one name.
  await sql`update commerce.settings set checkouts_per_email = 1000000, checkouts_per_address = 1000000 where id`;
  return {
    stack,
    receiver,
    sql,
    env,
    async stop() {
      await sql.end({ timeout: 1 });
      await stack.stop();
      await receiver.stop();
    },
  };
}

/** TEST_FUNCTIONS_ROLE=1: the functions of all stacks are not the owner of the database (docs/decisions/0013). */
const AS_ROLE = process.env.TEST_FUNCTIONS_ROLE === "1";

/** Before the first request: until then no function has started. */
async function useFunctionsRole(sql: postgres.Sql, password: string): Promise<void> {
  await sql`select ops.grant_functions_role()`;
  await sql.unsafe(`alter role signalbox_functions login password '${password.replaceAll("'", "''")}'`);
}

/** A product of its own for each test, so that tests of one stack do not meet. */
export async function aProduct(
  { sql }: TestStack,
  { stock = 10, price = 2450, currency = "EUR" }: { stock?: number | null; price?: number; currency?: string } = {},
): Promise<string> {
  const sku = `sku-${crypto.randomUUID()}`;
  await sql`insert into public.products (sku, name, price_minor, currency, stock)
    values (${sku}, 'Enamel mug', ${price}, ${currency}, ${stock})`;
  return sku;
}

export interface Sale {
  sku: string;
  checkout: string;
  /** Names the provider's objects of this sale (see simulator/providers/stripe.ts). */
  name: string;
}

/** A checkout of two mugs at 24.50, not yet paid. */
export async function aSale(
  testStack: TestStack,
  options: { sku?: string; stock?: number; quantity?: number; email?: string; currency?: string } = {},
): Promise<Sale> {
  const sku = options.sku ?? (await aProduct(testStack, { stock: options.stock ?? 10, currency: options.currency }));
  const items = [{ sku, quantity: options.quantity ?? 2 }];
  const [row] = await testStack.sql`select commerce.open_checkout(${options.email ?? "amina.buyer@example.com"},
      ${testStack.sql.json(items)}) as id`;
  return { sku, checkout: row!.id, name: crypto.randomUUID() };
}

/** One of Stripe's events about a sale of 49.00 EUR; `set` changes fields. */
export function saleEvent(sale: Sale, type: string, set: Record<string, unknown> = {}): string {
  const object = type.split(".")[0];
  const named = ["checkout", "payment_intent", "charge"].includes(object!) && !type.startsWith("charge.dispute");
  return stripeEvent(
    type,
    { ...(named && { "data.object.metadata.checkout_session_id": sale.checkout }), ...set },
    sale.name,
  );
}

/** Sends a body to the stripe function, signed as Stripe would. */
export function postStripe(
  testStack: TestStack,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${testStack.stack.functionsUrl}/stripe`, {
    method: "POST",
    body,
    headers: { ...stripeHeaders(body, testStack.env.STRIPE_WEBHOOK_SECRET!), ...headers },
  });
}

/** Sends a body to a provider's function, signed as the provider would. */
export async function post(testStack: TestStack, provider: Name, body: string): Promise<Response> {
  const url = `${testStack.stack.functionsUrl}/${provider}`;
  // What PayPal sends, its API knows of: it is asked about all that moves money.
  if (provider === "paypal" && /^\s*\{/.test(body)) testStack.stack.providers.paypal.put(body);
  return await fetch(url, { method: "POST", body, headers: await signatures(testStack, provider, body) });
}

/** The headers that the provider would send with this body. */
export async function signatures(
  { env, stack }: TestStack,
  provider: Name,
  body: string,
  now = Date.now(),
): Promise<Record<string, string>> {
  switch (provider) {
    case "stripe":
      return stripeHeaders(body, env.STRIPE_WEBHOOK_SECRET!, now);
    case "fapshi":
      return fapshiHeaders(body, env.FAPSHI_WEBHOOK_SECRET!);
    case "whop":
      return whopHeaders(body, env.WHOP_WEBHOOK_SECRET!, now);
    case "fathom":
      return fathomHeaders(body, env.FATHOM_WEBHOOK_SECRET!, now);
    case "paypal":
      return await paypal.headers(body, `${stack.functionsUrl}/paypal`);
  }
}

export type Name = "stripe" | "paypal" | "fapshi" | "whop" | "fathom";

/**
 * What happens to a payment of a sale at a provider, as that provider says it. Amounts are those of a sale: 4900 minor
 * units.
 */
export function paymentEvent(
  provider: Exclude<Name, "fathom">,
  what: "captured" | "pending" | "failed",
  { checkout, name }: Sale,
  set: Record<string, unknown> = {},
): string {
  switch (provider) {
    case "stripe": {
      const type = {
        captured: "payment_intent.succeeded",
        pending: "payment_intent.processing",
        failed: "payment_intent.payment_failed",
      }[what];
      return stripeEvent(type, { "data.object.metadata.checkout_session_id": checkout, ...set }, name);
    }
    case "paypal": {
      const type = { captured: "COMPLETED", pending: "PENDING", failed: "DECLINED" }[what];
      return paypalEvent(`PAYMENT.CAPTURE.${type}`, { "resource.custom_id": checkout, ...set }, name);
    }
    case "fapshi": {
      const status = { captured: "SUCCESSFUL", pending: "PENDING", failed: "FAILED" }[what];
      // A webhook never says PENDING; Fapshi's API does.
      const from = status === "PENDING" ? "FAILED" : status;
      return fapshiEvent(from, { externalId: checkout, amount: 4900, status, ...set }, name);
    }
    case "whop": {
      const type = { captured: "payment.succeeded", pending: "payment.pending", failed: "payment.failed" }[what];
      const named = { "data.metadata": { checkout_session_id: checkout }, "data.total": 49.0, "data.currency": "eur" };
      return whopEvent(type, { ...named, ...set }, name);
    }
  }
}

/** A function's runtime in this process: the real database, nothing deferred for long. */
export function testRuntime(testStack: TestStack): Runtime & { deferred: Promise<unknown>[] } {
  const deferred: Promise<unknown>[] = [];
  return {
    env: (name) => testStack.stack.env[name],
    now: () => Date.now(),
    defer: (work) => deferred.push(work),
    // A function gives up sooner, and asks its caller to come again. Here nobody would.
    database: openDatabase(testStack.stack.dbUrl, { timeoutMs: 120_000 }),
    ending: new AbortController().signal,
    deferred,
  };
}

/** A signed-in buyer as the web storefront is one, whose address is confirmed. */
export async function aBuyer(
  { stack, sql }: TestStack,
  email = `buyer-${crypto.randomUUID()}@example.com`,
): Promise<{ client: SupabaseClient<Schema>; id: string; email: string }> {
  const client = createClient<Schema>(stack.apiUrl, stack.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const { id, accessToken } = await signUpConfirmed(client, sql, { email, password: "correct horse battery" });
  await client.realtime.setAuth(accessToken);
  return { client, id, email };
}
