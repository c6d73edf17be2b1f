/** A shop with buyers, products and open checkouts: what a paid event needs to have its full effect. */
import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** An open checkout of two items, waiting for its money. */
export interface Sale {
  /** Names the payment at Stripe: the same in every event of this sale. */
  id: string;
  checkout: string;
  amount: number;
}

export interface Shop {
  openCheckouts(howMany: number): Promise<Sale[]>;
  /** What the events so far have left behind. */
  count(): Promise<Record<string, number>>;
  /** Empties pg_net's queue: no worker is there to do it. */
  clearBells(): Promise<void>;
  close(): Promise<void>;
}

const BUYERS = 20;
const PRODUCTS = 20;
export const ITEMS_OF_A_SALE = 2;
/** One transaction that changes a row very often slows down; so do very many transactions. */
const CHECKOUTS_TOGETHER = 50;

export async function openShop(adminUrl: string): Promise<Shop> {
  const sql = postgres(adminUrl, { max: 1, onnotice() {} });
  // Real accounts, so that each sale is broadcast to its buyer.
  await sql`
    insert into auth.users (id, email, email_confirmed_at)
    select gen_random_uuid(), 'buyer' || n || '@example.com', now() from generate_series(0, ${BUYERS - 1}) as n`;
  await sql`
    insert into public.products (sku, name, price_minor, currency, stock)
    select 'bench-' || n, 'Lesson ' || n, 1900 + 100 * n, 'EUR', 1000000 from generate_series(0, ${PRODUCTS - 1}) as n`;
  // Deliveries are written and the bell rings, but no tail of a webhook starts to deliver in the middle of a
  // measurement.
  await sql`update outbox.destinations set paused_at = now(), paused_reason = 'benchmark'`;

  let opened = 0;
  return {
    async openCheckouts(howMany) {
      const sales: Sale[] = [];
      while (sales.length < howMany) {
        const together = Math.min(CHECKOUTS_TOGETHER, howMany - sales.length);
        const made = await sql<{ id: string; total_minor: string }[]>`
          with opened as materialized (
            select commerce.open_checkout(
              'buyer' || n % ${BUYERS} || '@example.com',
              jsonb_build_array(
                jsonb_build_object('sku', 'bench-' || n % ${PRODUCTS}, 'quantity', 1),
                jsonb_build_object('sku', 'bench-' || (n + 1 + n / ${PRODUCTS} % ${PRODUCTS - 1}) % ${PRODUCTS},
                  'quantity', 2)
              )
            ) as id
            from generate_series(${opened}::integer, ${opened + together - 1}::integer) as n
          )
          select id from opened`;
        const ids = made.map(({ id }) => id);
        const totals = await sql<{ id: string; total: number }[]>`
          select id, total_minor::integer as total from public.checkout_sessions where id in ${sql(ids)}`;
        sales.push(...totals.map(({ id, total }) => ({ id: randomUUID(), checkout: id, amount: total })));
        opened += together;
      }
      return sales;
    },
    async count() {
      const [row] = await sql`
        select
          (select count(*) from inbox.events) as events,
          (select count(*) from inbox.events where status = 'applied') as applied,
          (select count(*) from inbox.events where status = 'ignored') as ignored,
          (select count(*) from public.payments where captured_at is not null and review_reason is null) as payments,
          (select count(*) from public.payments where status = 'refunded') as refunded,
          (select count(*) from public.orders o join public.payments p on p.id = o.payment_id) as orders,
          (select count(*) from public.order_items) as order_items,
          (select count(*) from public.stock_reservations where status = 'taken') as stock_taken,
          (select count(*) from public.checkout_sessions where status = 'payment_completed') as checkouts_paid,
          (select count(*) from outbox.messages where event_id is not null) as messages,
          (select count(*) from outbox.messages where type = 'payment.captured') as "payment.captured",
          (select count(*) from outbox.messages where type = 'order.created') as "order.created",
          (select count(*) from outbox.messages where type = 'order.changed') as "order.changed",
          (select count(*) from public.fulfillments) as parcels,
          (select count(*) from outbox.messages where type = 'fulfillment.changed') as "fulfillment.changed",
          (select count(*) from outbox.messages where type = 'charge.refunded') as "charge.refunded",
          (select count(*) from outbox.deliveries d join outbox.messages m on m.id = d.message_id
            where m.event_id is not null) as deliveries,
          (select count(*) from realtime.messages) as broadcasts`;
      return Object.fromEntries(Object.entries(row!).map(([name, count]) => [name, Number(count)]));
    },
    async clearBells() {
      await sql`truncate net.http_request_queue`;
    },
    close: () => sql.end(),
  };
}
