/**
 * What the stories of the demo are told with: a stack, a receiver, a listening buyer, and ways to show what came true.
 */
import type postgres from "postgres";
import WebSocket from "ws";
import { signUpConfirmed } from "../../local/accounts.ts";
import { type Stack, withoutNodeNotice } from "../../local/stack.ts";
import type { Received, Receiver } from "../../simulator/receiver.ts";
import { until } from "../../simulator/until.ts";

const { createClient } = await withoutNodeNotice(() => import("@supabase/supabase-js"));

const RECEIVERS: Record<string, string> = { "/make": "make.com", "/railway": "Railway", "/railway-stripe": "Railway" };

export interface Heard {
  table: string;
  operation: string;
  /** Of the record, where it has one. */
  status: string | undefined;
  at: number;
}

export interface Scene {
  stack: Stack;
  receiver: Receiver;
  sql: postgres.Sql;
  env: Record<string, string>;
  /** Everything the buyer's app heard. */
  heard: Heard[];
}

export const BUYER = "amina.buyer@example.com";

export const say = (line = "") => console.log(line);
export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
export const euros = (minor: number) => `${(minor / 100).toFixed(2)} EUR`;

let scenes = 0;
/** Begins the next scene. */
export function scene(what: string): void {
  scenes++;
  say(`${String(scenes).padStart(2)}  ${what}`);
}

/** One thing that came true, with how long it took where that matters. */
export function row(what: string, is: string, ms?: number): void {
  say(`      ${what.padEnd(13)} ${is}${ms === undefined ? "" : `  (${Math.round(ms)} ms)`}`);
}

export function check(true_: boolean, what: string): asserts true_ {
  if (!true_) throw new Error(`This is not so: ${what}.`);
}

export interface Sent {
  at: number;
  code: number;
  /** What became of the event; undefined when it was turned away. */
  status?: string;
  duplicate?: boolean;
  error?: string;
}

/** Posts a webhook and shows the answer. */
export async function post(
  { stack }: Scene,
  provider: string,
  body: string,
  headers: Record<string, string>,
): Promise<Sent> {
  const at = Date.now();
  const response = await fetch(`${stack.functionsUrl}/${provider}`, { method: "POST", body, headers });
  const answer = (await response.json()) as Omit<Sent, "at" | "code">;
  row(
    "answered",
    `${response.status} ${answer.error ?? answer.status}${answer.duplicate ? ", a duplicate: dropped" : ""}`,
    Date.now() - at,
  );
  return { at, code: response.status, ...answer };
}

/** As `post`; the provider's own webhook, which must be taken. */
export async function sends(
  scene: Scene,
  provider: string,
  body: string,
  headers: Record<string, string>,
): Promise<Sent> {
  const sent = await post(scene, provider, body, headers);
  check(sent.code === 200, `the ${provider} function answers 200`);
  return sent;
}

/** Waits for a message at a receiver and shows it, with the receiver's own verification. */
export async function arrives(
  { receiver }: Scene,
  path: string,
  type: string,
  about: string,
  since: number,
): Promise<Received> {
  const one = await until(`${type} arrives at ${RECEIVERS[path]}`, () =>
    receiver.received.find((request) => request.path === path && request.type === type && request.body.includes(about)),
  );
  check(one.verifiedBy !== null, `${RECEIVERS[path]} can verify the signature of ${type}`);
  row(RECEIVERS[path]!, `${type}  ${one.id}  verified by ${one.verifiedBy}`, one.at - since);
  return one;
}

/** Waits until the buyer's app, or another, hears of a change. */
export async function hears(
  { heard }: Scene,
  table: string,
  status: string | undefined,
  since: number,
  app = "buyer's app",
): Promise<void> {
  const one = await until(`the ${app} hears of ${table} ${status ?? ""}`, () =>
    heard.find((change) => change.table === table && change.status === status && change.at >= since),
  );
  row(app, `Realtime: ${table} ${one.operation}${one.status ? `, ${one.status}` : ""}`, one.at - since);
}

export async function stockOf({ sql }: Scene, sku = "mug"): Promise<number> {
  const [product] = await sql`select stock from public.products where sku = ${sku}`;
  return product!.stock;
}

/** Opens a checkout, shows what it reserves, and returns its id. */
export async function opensCheckout(scene: Scene, sku: string, quantity: number): Promise<string> {
  const before = await stockOf(scene, sku);
  const [session] =
    await scene.sql`select commerce.open_checkout(${BUYER}, ${scene.sql.json([{ sku, quantity }])}) as id`;
  row("reserved", `stock ${before} → ${await stockOf(scene, sku)}, checkout ${session!.id}`);
  return session!.id;
}

/** The order of a checkout, once there is one. */
export async function orderOf(
  { sql }: Scene,
  checkout: string,
): Promise<{ number: number; status: string; total_minor: number; payment: string }> {
  const order = await until("there is an order", async () => {
    const [found] = await sql`
      select o.number::int, o.status, o.total_minor::int, p.status as payment
      from public.orders o join public.payments p on p.id = o.payment_id where o.checkout_session_id = ${checkout}`;
    return found;
  });
  check(
    order.status === "confirmed" && order.payment === "captured",
    "there is a confirmed order, paid by a captured payment",
  );
  return order as never;
}

/** An app: signed in, listening to a private topic that only its account may hear. Returns how to hang up. */
export async function listens({ stack, sql, heard }: Scene, email = BUYER): Promise<() => Promise<void>> {
  const client = createClient(stack.apiUrl, stack.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const account = { email, password: "correct horse battery staple" };
  const { id, accessToken } = await signUpConfirmed(client, sql, account);
  await client.realtime.setAuth(accessToken);
  const listen = ({ payload }: { payload: Record<string, never> }) => {
    const { table, operation, record } = payload as unknown as {
      table: string;
      operation: string;
      record?: { status?: string };
    };
    heard.push({ table, operation, status: record?.status, at: Date.now() });
  };
  const channel = client.channel(`user:${id}`, { config: { private: true } });
  channel.on("broadcast", { event: "INSERT" }, listen).on("broadcast", { event: "UPDATE" }, listen);
  await new Promise<void>((resolve, reject) =>
    channel.subscribe((status, problem) => {
      if (status === "SUBSCRIBED") resolve();
      else reject(problem ?? new Error(`Realtime answered ${status}`));
    }),
  );
  return async () => {
    await client.removeAllChannels();
  };
}
