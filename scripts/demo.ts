/**
 * `npm run demo`: the main job on an embedded Supabase, told step by step. Real signed events come in; each is shown going
 * through to order, deliveries (received and verified by a real receiver) and a subscribed client. Exit 0 only if all did.
 */
import postgres from "postgres";
import WebSocket from "ws";
import { type Stack, startStack, withoutNodeNotice } from "../local/stack.ts";
import { developmentEnvironment } from "./environment.ts";
import { type Received, type Receiver, type ReceiverSecrets, startReceiver } from "./receiver.ts";
import { stripeEvent, stripeHeaders } from "./send/stripe.ts";
import { until } from "./until.ts";

const { createClient } = await withoutNodeNotice(() => import("@supabase/supabase-js"));

const RECEIVERS: Record<string, string> = { "/make": "make.com", "/railway": "Railway", "/railway-stripe": "Railway" };

interface Heard {
  table: string;
  operation: string;
  status: string;
  at: number;
}

interface Scene {
  stack: Stack;
  receiver: Receiver;
  sql: postgres.Sql;
  secret: string;
  heard: Heard[];
}

const say = (line = "") => console.log(line);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const money = (minor: number, currency: string) => `${(minor / 100).toFixed(2)} ${currency}`;

/** One thing that came true, with how long it took where that matters. */
function row(what: string, is: string, ms?: number): void {
  say(`     ${what.padEnd(13)} ${is}${ms === undefined ? "" : `  (${Math.round(ms)} ms)`}`);
}

function check(true_: boolean, what: string): asserts true_ {
  if (!true_) throw new Error(`This is not so: ${what}.`);
}

/** Sends a signed event and shows the answer. Returns when it was sent, and the answer. */
async function stripeSends(scene: Scene, body: string): Promise<{ at: number; status: string; duplicate: boolean; id: string }> {
  const at = Date.now();
  const response = await fetch(`${scene.stack.functionsUrl}/stripe`, { method: "POST", body, headers: stripeHeaders(body, scene.secret) });
  const receipt = (await response.json()) as { status: string; duplicate: boolean; id: string };
  check(response.status === 200, `the stripe function answers 200 (it answered ${response.status} ${JSON.stringify(receipt)})`);
  row("answered", `200 ${receipt.status}${receipt.duplicate ? ", a duplicate: dropped" : ""}`, Date.now() - at);
  return { at, ...receipt };
}

/** Waits for a message at a receiver and shows it, with the receiver's own verification. */
async function arrives(scene: Scene, path: string, type: string, about: string, since: number): Promise<Received> {
  const one = await until(`${type} arrives at ${RECEIVERS[path]}`, () =>
    scene.receiver.received.find((request) => request.path === path && request.type === type && request.body.includes(about)),
  );
  check(one.verifiedBy !== null, `${RECEIVERS[path]} can verify the signature of ${type}`);
  row(RECEIVERS[path]!, `${type}  ${one.id}  verified by ${one.verifiedBy}`, one.at - since);
  return one;
}

async function hears(scene: Scene, table: string, status: string, since: number): Promise<void> {
  const one = await until(`the buyer hears of ${table} ${status}`, () =>
    scene.heard.find((change) => change.table === table && change.status === status && change.at >= since),
  );
  row("buyer's app", `Realtime: ${table} ${one.operation}, ${one.status}`, one.at - since);
}

async function stockOf({ sql }: Scene): Promise<number> {
  const [product] = await sql`select stock from public.products where sku = 'mug'`;
  return product!.stock;
}

async function opensCheckout({ sql }: Scene, email: string): Promise<string> {
  const [session] = await sql`select commerce.open_checkout(${email}, '[{"sku": "mug", "quantity": 2}]') as id`;
  return session!.id;
}

/** The buyer's app: signed in, listening to a private topic that only this buyer may hear. */
async function buyerListens(scene: Scene, email: string): Promise<() => Promise<void>> {
  const client = createClient(scene.stack.apiUrl, scene.stack.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never },
  });
  const { data, error } = await client.auth.signUp({ email, password: "correct horse battery staple" });
  if (error) throw error;
  await client.realtime.setAuth(data.session!.access_token);
  const listen = ({ payload }: { payload: Record<string, never> }) => {
    const { table, operation, record } = payload as unknown as { table: string; operation: string; record: { status: string } };
    scene.heard.push({ table, operation, status: record.status, at: Date.now() });
  };
  const channel = client.channel(`user:${data.user!.id}`, { config: { private: true } });
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

async function paidCheckout(scene: Scene, email: string): Promise<{ checkout: string; body: string }> {
  say("1  Amina opens a checkout for 2 × Enamel mug, and pays at Stripe.");
  const before = await stockOf(scene);
  const checkout = await opensCheckout(scene, email);
  row("reserved", `stock ${before} → ${await stockOf(scene)}, checkout ${checkout}`);

  const body = stripeEvent("checkout.session.completed", { "data.object.metadata.checkout_session_id": checkout }, "amina");
  const { id, type } = JSON.parse(body);
  row("Stripe sends", `${type}  ${id}`);
  const sent = await stripeSends(scene, body);
  check(sent.status === "applied" && !sent.duplicate, "the event is applied");
  const [order] = await scene.sql`
    select o.number::int, o.status, o.total_minor::int, o.currency, p.status as payment
    from public.orders o join public.payments p on p.id = o.payment_id where o.checkout_session_id = ${checkout}`;
  check(order?.status === "confirmed" && order.payment === "captured", "there is a confirmed order, paid by a captured payment");
  row("became", `payment captured, ${money(order.total_minor, order.currency)}; order ${order.number} ${order.status}`);
  await arrives(scene, "/make", "payment.captured", checkout, sent.at);
  await arrives(scene, "/make", "order.created", checkout, sent.at);
  await arrives(scene, "/railway", "order.created", checkout, sent.at);
  await hears(scene, "orders", "confirmed", sent.at);
  await hears(scene, "payments", "captured", sent.at);
  say();
  return { checkout, body };
}

async function duplicates(scene: Scene, checkout: string, body: string): Promise<void> {
  say("2  Stripe sends the same event again, and another one about the same payment.");
  const came = scene.receiver.received.length;
  check((await stripeSends(scene, body)).duplicate, "the second copy is dropped");
  await stripeSends(scene, stripeEvent("payment_intent.succeeded", { "data.object.metadata.checkout_session_id": checkout }, "amina"));
  const [counts] = await scene.sql`
    select (select count(*)::int from public.orders) as orders, (select count(*)::int from public.payments) as payments`;
  check(counts!.orders === 1 && counts!.payments === 1, "there is still one payment and one order");
  check(scene.receiver.received.length === came, "nobody is told twice");
  row("became", "nothing new: still 1 payment, 1 order, and no new message");
  say();
}

async function refund(scene: Scene, checkout: string): Promise<void> {
  say("3  Amina is refunded at Stripe. Railway's own Stripe endpoint gets the event, signed for it.");
  const body = stripeEvent("charge.refunded", { "data.object.amount_refunded": 4900, "data.object.refunded": true }, "amina");
  const sent = await stripeSends(scene, body);
  const [payment] = await scene.sql`select status, refunded_minor::int from public.payments where checkout_session_id = ${checkout}`;
  check(payment?.status === "refunded", "the payment is refunded");
  row("became", `payment ${payment.status}, ${money(payment.refunded_minor, "EUR")} back; order refunded`);
  const passed = await arrives(scene, "/railway-stripe", "charge.refunded", JSON.parse(body).id, sent.at);
  check(passed.body === body, "Railway gets Stripe's event byte for byte");
  await arrives(scene, "/railway", "order.changed", checkout, sent.at);
  await hears(scene, "orders", "refunded", sent.at);
  say();
}

async function failure(scene: Scene, email: string): Promise<void> {
  say("4  A second checkout whose payment fails.");
  const before = await stockOf(scene);
  const checkout = await opensCheckout(scene, email);
  row("reserved", `stock ${before} → ${await stockOf(scene)}`);
  await stripeSends(scene, stripeEvent("payment_intent.payment_failed", { "data.object.metadata.checkout_session_id": checkout }));
  check((await stockOf(scene)) === before, "the stock is back");
  row("became", `payment failed, no order; stock back to ${before}`);
  say();
}

async function stranger(scene: Scene): Promise<void> {
  say("5  A stranger sends an event with a wrong secret.");
  const body = stripeEvent("checkout.session.completed");
  const headers = stripeHeaders(body, "whsec_guessed");
  const response = await fetch(`${scene.stack.functionsUrl}/stripe`, { method: "POST", body, headers });
  const answer = (await response.json()) as { error: string };
  check(response.status === 401, "a stranger is turned away");
  row("answered", `401 ${answer.error}`);
  say();
}

async function demo(): Promise<void> {
  const from = Date.now();
  say("Signalbox: every webhook in, every row change out, exactly once.\n");
  say("Starting an embedded Supabase …");
  const env = developmentEnvironment();
  const receiver = await startReceiver(env as unknown as ReceiverSecrets);
  let stack: Stack | undefined;
  let sql: postgres.Sql | undefined;
  let hangUp: (() => Promise<void>) | undefined;
  try {
    stack = await startStack({
      env: { ...env, ...receiver.environment() },
      log: (line) => process.env.DEBUG && say(`  ${line}`),
      progress: (step, ms) => say(`  ${step.padEnd(12)} ${seconds(ms)}`),
    });
    sql = postgres(stack.dbUrl, { max: 2, onnotice() {} });
    const scene: Scene = { stack, receiver, sql, secret: env.STRIPE_WEBHOOK_SECRET!, heard: [] };
    await sql`insert into public.products (sku, name, price_minor, currency, stock) values ('mug', 'Enamel mug', 2450, 'EUR', 10)`;
    const email = "amina.buyer@example.com";
    hangUp = await buyerListens(scene, email);
    say(`  ready after ${seconds(Date.now() - from)}\n`);

    const { checkout, body } = await paidCheckout(scene, email);
    await duplicates(scene, checkout, body);
    await refund(scene, checkout);
    await failure(scene, email);
    await stranger(scene);
    say(`All of it happened, in ${seconds(Date.now() - from)}.`);
  } finally {
    await hangUp?.();
    await sql?.end({ timeout: 1 });
    await stack?.stop();
    await receiver.stop();
  }
}

await demo().catch((error) => {
  console.error(`\n${process.env.DEBUG ? error.stack : error.message}\n(DEBUG=1 npm run demo shows what the functions log.)`);
  process.exitCode = 1;
});
// realtime-js leaves a timer of 10 s behind; everything of ours has ended.
process.exit();
