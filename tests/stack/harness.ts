/** The whole system for a test: the embedded Supabase with our functions, and a receiver in place of make.com and Railway. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import WebSocket from "ws";
import { openDatabase } from "../../functions/_shared/database.ts";
import type { Runtime } from "../../functions/_shared/runtime.ts";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { developmentEnvironment } from "../../scripts/environment.ts";
import { type Receiver, type ReceiverSecrets, startReceiver } from "../../scripts/receiver.ts";
import { stripeEvent, stripeHeaders } from "../../scripts/send/stripe.ts";

export { until } from "../../scripts/until.ts";

export interface House {
  stack: Stack;
  receiver: Receiver;
  /** As the owner role, `postgres`. */
  sql: postgres.Sql;
  env: Record<string, string>;
  stop(): Promise<void>;
}

export async function startHouse(options: StackOptions = {}): Promise<House> {
  const secrets = developmentEnvironment();
  const receiver = await startReceiver(secrets as unknown as ReceiverSecrets);
  const env = { ...secrets, ...receiver.environment(), ...options.env };
  const stack = await startStack({ ...options, env }).catch(async (error) => {
    await receiver.stop();
    throw error;
  });
  const sql = postgres(stack.dbUrl, { max: 4, onnotice() {}, backoff: () => 0.1 });
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

/** A product of its own for each test, so that tests of one stack do not meet. */
export async function aProduct(
  { sql }: House,
  { stock = 10, price = 2450 }: { stock?: number | null; price?: number } = {},
): Promise<string> {
  const sku = `sku-${crypto.randomUUID()}`;
  await sql`insert into public.products (sku, name, price_minor, currency, stock) values (${sku}, 'Enamel mug', ${price}, 'EUR', ${stock})`;
  return sku;
}

export interface Sale {
  sku: string;
  checkout: string;
  /** Names the provider's objects of this sale (see scripts/send/stripe.ts). */
  name: string;
}

/** A checkout of two mugs at 24.50, not yet paid. */
export async function aSale(
  house: House,
  options: { sku?: string; stock?: number; quantity?: number; email?: string } = {},
): Promise<Sale> {
  const sku = options.sku ?? (await aProduct(house, { stock: options.stock ?? 10 }));
  const items = [{ sku, quantity: options.quantity ?? 2 }];
  const [row] =
    await house.sql`select commerce.open_checkout(${options.email ?? "amina.buyer@example.com"}, ${house.sql.json(items)}) as id`;
  return { sku, checkout: row!.id, name: crypto.randomUUID() };
}

/** One of Stripe's events about a sale of 49.00 EUR; `set` changes fields. */
export function saleEvent(sale: Sale, type: string, set: Record<string, unknown> = {}): string {
  const object = type.split(".")[0];
  const named = ["checkout", "payment_intent", "charge"].includes(object!) && !type.startsWith("charge.dispute");
  return stripeEvent(type, { ...(named && { "data.object.metadata.checkout_session_id": sale.checkout }), ...set }, sale.name);
}

/** Sends a body to the stripe function, signed as Stripe would. */
export function postStripe(house: House, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${house.stack.functionsUrl}/stripe`, {
    method: "POST",
    body,
    headers: { ...stripeHeaders(body, house.env.STRIPE_WEBHOOK_SECRET!), ...headers },
  });
}

/** A function's runtime in this process: the real database, nothing deferred for long. */
export function testRuntime(house: House): Runtime & { deferred: Promise<unknown>[] } {
  const deferred: Promise<unknown>[] = [];
  return {
    env: (name) => house.env[name],
    now: () => Date.now(),
    defer: (work) => deferred.push(work),
    database: openDatabase(house.stack.dbUrl),
    ending: new AbortController().signal,
    deferred,
  };
}

/** A signed-in buyer as the web storefront is one. */
export async function aBuyer({ stack }: House): Promise<{ client: SupabaseClient; id: string; email: string }> {
  const client = createClient(stack.apiUrl, stack.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const email = `buyer-${crypto.randomUUID()}@example.com`;
  const { data, error } = await client.auth.signUp({ email, password: "correct horse battery" });
  if (error) throw error;
  await client.realtime.setAuth(data.session!.access_token);
  return { client, id: data.user!.id, email };
}
