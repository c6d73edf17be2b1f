/**
 * The honest peers: what someone would write by hand for a paid checkout, with the same rows as ours at the end, in
 * tables with the same indexes and foreign keys, without triggers and without our rules (bench/peers/hand_written.sql).
 */
import { readFile } from "node:fs/promises";
import postgres from "postgres";
import Stripe from "stripe";
import { webhookHandler } from "../../functions/_shared/inbound/webhook_handler.ts";
import { type Database, openDatabase } from "../../functions/_shared/platform/database.ts";
import { stripe as provider } from "../../functions/_shared/providers/stripe/webhook.ts";
import { sign } from "../../simulator/providers/stripe.ts";
import { type Contender, expectNumbers } from "../lib/contender.ts";
import { checkoutCompleted } from "../lib/events.ts";
import { ITEMS_OF_A_SALE, openShop, type Shop } from "../lib/shop.ts";
import { requests, WEBHOOK_SECRET } from "../lib/signalbox.ts";

/** Of its pool: as many as stripe-sync-engine's wider one. */
const CONNECTIONS = 16;

export interface HandWritten {
  /** One transaction of ten plain statements. */
  statements: Contender;
  /** The same in one SQL function. */
  inOneFunction: Contender;
  /** Our function around a bare set-based writing of the same rows: rules and triggers cannot be faster than none. */
  ceiling: Contender;
  stop(): Promise<void>;
}

interface Payment {
  event: string;
  type: string;
  occurredAt: string;
  ref: string;
  checkout: string;
  amount: number;
  currency: string;
  email: string | null;
}

/** In a database of its own, a copy of ours. `adminUrl`: as the superuser; `url`: as the owner. */
export async function openHandWritten(url: string, adminUrl: string): Promise<HandWritten> {
  const admin = postgres(adminUrl, { max: 1, onnotice() {} });
  await dropTriggers(admin);
  const sql = postgres(url, { max: CONNECTIONS, onnotice() {} });
  await sql.unsafe(await readFile(new URL("hand_written.sql", import.meta.url), "utf8"));
  const shop = await openShop(adminUrl);
  const stripe = new Stripe("sk_test_never_used");
  let paid = 0;

  function read(body: string, signature: string): Payment {
    const event = stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET);
    if (event.type !== "checkout.session.completed") throw new Error(`no rule for ${event.type}`);
    const session = event.data.object;
    return {
      event: event.id,
      type: event.type,
      occurredAt: new Date(event.created * 1000).toISOString(),
      ref: String(session.payment_intent),
      checkout: session.metadata!.checkout_session_id!,
      amount: session.amount_total!,
      currency: session.currency!.toUpperCase(),
      email: session.customer_details?.email ?? null,
    };
  }

  function contender(name: string, does: string, pay: (payment: Payment, body: string) => Promise<unknown>): Contender {
    return {
      name,
      does: `checkout.session.completed, the same rows: ${does}`,
      async prepare(events) {
        const sales = await shop.openCheckouts(events);
        paid += events;
        return {
          calls: sales.map((sale) => {
            const body = checkoutCompleted(sale);
            const signature = sign(body, WEBHOOK_SECRET);
            return async () => {
              await pay(read(body, signature), body);
            };
          }),
        };
      },
      check: () => checkRows(name, shop, paid),
      stop: async () => {},
    };
  }

  const ceiling = openCeiling(url);
  return {
    statements: contender(
      "hand-written statements",
      "the stripe package checks the signature; one transaction of ten statements by postgres.js",
      (payment, body) => sql.begin((transaction) => payByStatements(transaction, payment, body)),
    ),
    inOneFunction: contender(
      "hand-written function",
      "the stripe package checks the signature; the statements are in one SQL function",
      (p, body) =>
        sql`select hand_written.pay(${p.event}, ${p.type}, ${body}, ${p.occurredAt}, ${p.ref}, ${p.checkout},
          ${p.amount}, ${p.currency}, ${p.email})`,
    ),
    ceiling: {
      name: "ceiling",
      does: "checkout.session.completed, the same rows: our function, whose SQL is a bare set-based writing of them",
      async prepare(events) {
        const sales = await shop.openCheckouts(events);
        paid += events;
        return requests(ceiling.handle, sales.map(checkoutCompleted), "applied");
      },
      check: () => checkRows("ceiling", shop, paid),
      stop: async () => {},
    },
    async stop() {
      await ceiling.stop();
      await sql.end({ timeout: 5 });
      await shop.close();
      await admin.end({ timeout: 5 });
    },
  };
}

/** Ten statements, as one would write them. */
async function payByStatements(sql: postgres.TransactionSql, p: Payment, body: string): Promise<void> {
  const [event] = await sql<{ id: string }[]>`
    insert into inbox.events (provider, provider_event_id, type, status, trust, occurred_at, applied_at, body)
    values ('stripe', ${p.event}, ${p.type}, 'applied', 'signed', ${p.occurredAt}, now(), ${body})
    on conflict (provider, provider_event_id) do nothing returning id`;
  if (!event) return; // a duplicate
  const [checkout] = await sql`
    select id, user_id, email, total_minor::integer as total, currency from public.checkout_sessions
    where id = ${p.checkout} and status = 'open' for update`;
  if (checkout?.total !== p.amount || checkout.currency !== p.currency)
    throw new Error(`checkout ${p.checkout} cannot be paid with ${p.amount} ${p.currency}`);
  const [payment] = await sql`
    insert into public.payments (provider, provider_ref, checkout_session_id, user_id, status, amount_minor, currency,
      email, captured_at)
    values ('stripe', ${p.ref}, ${checkout.id}, ${checkout.user_id}, 'captured', ${p.amount}, ${p.currency},
      ${p.email}, ${p.occurredAt}) returning *`;
  await sql`
    update public.checkout_sessions set status = 'payment_completed', completed_at = now() where id = ${checkout.id}`;
  await sql`update public.stock_reservations set status = 'taken' where checkout_session_id = ${checkout.id}`;
  const [order] = await sql`
    insert into public.orders (payment_id, checkout_session_id, user_id, email, status, total_minor, currency)
    values (${payment!.id}, ${checkout.id}, ${checkout.user_id}, ${checkout.email}, 'confirmed', ${p.amount},
      ${p.currency}) returning *`;
  const items = await sql`
    insert into public.order_items (order_id, product_id, quantity, sku, name, unit_price_minor, kind)
    select ${order!.id}, product_id, quantity, sku, name, unit_price_minor, kind
    from public.checkout_items where checkout_session_id = ${checkout.id}
    returning sku, name, quantity, unit_price_minor`;
  await sql`insert into public.fulfillments (order_id) values (${order!.id})`;
  await sql`select hand_written.tell(${event.id}, ${sql.json(plain(payment))}, ${sql.json(plain(order))},
    ${sql.json(plain(items))})`;
  const topic = `user:${checkout.user_id}`;
  const change = (table: string, record: unknown) =>
    sql.json({ record: plain(record), operation: "INSERT", table, schema: "public", old_record: null });
  await sql`
    select realtime.send(${change("payments", payment)}, 'INSERT', ${topic}),
      realtime.send(${change("orders", order)}, 'INSERT', ${topic})`;
}

/** A row as postgres.js takes it back in as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: any JSON.
const plain = (row: unknown): any => row;

function openCeiling(url: string) {
  const database = openDatabase(url);
  const bare: Database = {
    ...database,
    query: (statement, values) => database.query(statement.replace("inbox.receive(", "hand_written.pay_all("), values),
  };
  const ending = new AbortController();
  const handle = webhookHandler(provider, () => ({ scheduleDelivery() {} }), {
    env: (name) => (name === "STRIPE_WEBHOOK_SECRET" ? WEBHOOK_SECRET : undefined),
    now: Date.now,
    defer() {},
    database: bare,
    ending: ending.signal,
  });
  return {
    handle,
    async stop() {
      ending.abort();
      await database.close();
    },
  };
}

/** All triggers of ours; those of Postgres itself, which hold up foreign keys, stay. */
async function dropTriggers(sql: postgres.Sql): Promise<void> {
  const triggers = await sql<{ drop: string }[]>`
    select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass) as drop
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace in ('public'::regnamespace, 'inbox'::regnamespace,
      'outbox'::regnamespace)`;
  for (const { drop } of triggers) await sql.unsafe(drop);
}

async function checkRows(who: string, shop: Shop, paid: number): Promise<Record<string, number>> {
  return expectNumbers(who, await shop.count(), {
    events: paid,
    applied: paid,
    payments: paid,
    orders: paid,
    order_items: ITEMS_OF_A_SALE * paid,
    stock_taken: ITEMS_OF_A_SALE * paid,
    checkouts_paid: paid,
    parcels: paid,
    "payment.captured": paid,
    "order.created": paid,
    messages: 2 * paid,
    deliveries: 3 * paid,
    broadcasts: 2 * paid,
  });
}
