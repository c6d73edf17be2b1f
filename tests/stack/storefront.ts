/** What a storefront and its buyers do, and the provider behind them: for tests of whole purchases. */
import { expect } from "vitest";
import { post, type TestStack } from "./test_stack.ts";

/** Where the storefront sells. */
export const GATEWAYS = ["stripe", "paypal", "fapshi"] as const;
export type GatewayName = (typeof GATEWAYS)[number];

export interface Item {
  sku: string;
  quantity: number;
  starts_at?: string;
}

/** What functions/checkout answers. */
export interface CheckedOut {
  checkout_session_id: string;
  token: string;
  total_minor: number;
  currency: string;
  redirect_url: string | null;
}

/** What functions/payment-status answers. */
export interface Standing {
  state: string;
  show: { title: string; text: string };
  ask_again_in_ms: number | null;
  order: { id: string; number: string; status: string; total_minor: number; currency: string } | null;
}

/** A product that all of them sell: 24.50 EUR, or 15 000 XAF. */
export async function aProductForAll({ sql }: TestStack, stock: number): Promise<string> {
  const sku = `sku-${crypto.randomUUID()}`;
  await sql`
    with made as (
      insert into public.products (sku, name, price_minor, currency, stock)
        values (${sku}, 'Enamel mug', 2450, 'EUR', ${stock}) returning id
    )
    insert into public.product_prices (product_id, currency, price_minor) select id, 'XAF', 15000 from made`;
  return sku;
}

/** One call of functions/checkout; `key` is a new one unless given. */
export async function postCheckout(
  { stack }: TestStack,
  body: object,
  { key = crypto.randomUUID(), bearer }: { key?: string; bearer?: string } = {},
): Promise<Response> {
  return await fetch(`${stack.functionsUrl}/checkout`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "idempotency-key": key,
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(body),
  });
}

/** A guest checks out, which must succeed. */
export async function checkOut(
  testStack: TestStack,
  provider: GatewayName,
  items: Item[],
  email = "amina.buyer@example.com",
): Promise<CheckedOut> {
  const response = await postCheckout(testStack, { provider, items, email });
  const answer = await response.json();
  expect([response.status, answer]).toMatchObject([201, { state: "open" }]);
  return answer as CheckedOut;
}

export async function paymentStatus(
  { stack }: TestStack,
  { checkout_session_id, token }: CheckedOut,
): Promise<Standing> {
  const response = await fetch(
    `${stack.functionsUrl}/payment-status?${new URLSearchParams({ checkout_session_id, token })}`,
  );
  expect(response.status).toBe(200);
  return (await response.json()) as Standing;
}

/** The buyer came back by the cancel URL. */
export async function cancel({ stack }: TestStack, { checkout_session_id, token }: CheckedOut): Promise<Response> {
  return await fetch(`${stack.functionsUrl}/checkout/cancel`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ checkout_session_id, token }),
  });
}

/** The provider's id of what was started for a checkout. */
export async function startedAt({ sql }: TestStack, { checkout_session_id }: CheckedOut): Promise<string> {
  const [started] =
    await sql`select provider_ref from public.started_payments where checkout_session_id = ${checkout_session_id}`;
  return started!.provider_ref;
}

/** The buyer pays, or fails to, at the provider. Resolves to the webhooks that the provider will send. */
export async function pays(
  testStack: TestStack,
  provider: GatewayName,
  bought: CheckedOut,
  outcome: "captured" | "failed",
): Promise<string[]> {
  return testStack.stack.providers[provider].pay(await startedAt(testStack, bought), outcome);
}

/** The provider sends its webhooks, and each must be taken. */
export async function sends(testStack: TestStack, provider: GatewayName, bodies: string[]): Promise<void> {
  for (const body of bodies) {
    const response = await post(testStack, provider, body);
    expect([response.status, await response.json()]).toMatchObject([200, {}]);
  }
}

/** What there is of a product, at one moment: stock to be sold, held for buyers, and sold. */
export async function shelf({ sql }: TestStack, sku: string): Promise<{ free: number; held: number; sold: number }> {
  const [row] = await sql`
    select p.stock as free,
      (select coalesce(sum(r.quantity), 0)::int from public.stock_reservations r where r.product_id = p.id
        and r.status = 'held') as held,
      (select coalesce(sum(r.quantity), 0)::int from public.stock_reservations r where r.product_id = p.id
        and r.status = 'taken') as sold
    from public.products p where p.sku = ${sku}`;
  return row as unknown as { free: number; held: number; sold: number };
}
