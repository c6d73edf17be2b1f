/**
 * A guest who signs up: what was bought before is there, over the Data API with the account's own token, and heard on
 * its private topic. With the code of docs/guides/storefront.md.
 */
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { type Guide, unfold } from "../docs/guide.ts";
import { type CheckedOut, checkOut, type Item, pays, postCheckout, sends } from "../storefront.ts";
import { aBuyer, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
let guide: Guide;
let account: Awaited<ReturnType<Guide["load"]>>;

beforeAll(async () => {
  testStack = await startTestStack();
  guide = await unfold("storefront.md");
  account = await guide.load("account.ts");
});
afterAll(async () => {
  await guide?.remove();
  await testStack?.stop();
});

const aGuest = () => `guest-${crypto.randomUUID()}@example.com`;

interface Shop {
  mug: string;
  seat: string;
  pack: string;
  lesson: string;
}

/** One product of each kind. */
async function aShop(): Promise<Shop> {
  const { sql } = testStack;
  const id = crypto.randomUUID();
  const skus = { mug: `mug-${id}`, seat: `seat-${id}`, pack: `pack-${id}`, lesson: `lesson-${id}` };
  const [cohort] = await sql`insert into public.cohorts (name, capacity) values ('French A2', 12) returning id`;
  await sql`
    insert into public.products (sku, name, price_minor, currency, stock, kind, cohort_id, credits, tutor_email,
      session_minutes)
    values (${skus.mug}, 'Enamel mug', 2450, 'EUR', 10, 'goods', null, null, null, null),
      (${skus.seat}, 'A seat', 24000, 'EUR', null, 'cohort_seat', ${cohort!.id}, null, null, null),
      (${skus.pack}, 'Ten credits', 1500, 'EUR', null, 'credit_pack', null, 10, null, null),
      (${skus.lesson}, 'An hour', 3500, 'EUR', null, 'tutoring_session', null, null, ${`tutor-${id}@example.com`}, 60)`;
  return skus;
}

/** A guest buys all of it, and pays. */
async function buysEverything(email: string, shop: Shop): Promise<CheckedOut> {
  const items: Item[] = [shop.mug, shop.seat, shop.pack].map((sku) => ({ sku, quantity: 1 }));
  const starts_at = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const bought = await checkOut(testStack, "stripe", [...items, { sku: shop.lesson, quantity: 1, starts_at }], email);
  await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
  return bought;
}

/** How many rows an account reads of each table, with nothing but its token. */
async function reads(client: Awaited<ReturnType<typeof aBuyer>>["client"]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of [
    ...(["checkout_sessions", "checkout_items", "payments", "orders", "order_items", "fulfillments"] as const),
    ...(["enrollments", "tutoring_sessions", "credit_ledger"] as const),
  ])
    counts[table] = (await client.from(table).select("*").throwOnError()).data!.length;
  return counts;
}

const EVERYTHING = {
  ...{ checkout_sessions: 1, checkout_items: 4, payments: 1, orders: 1, order_items: 4, fulfillments: 1 },
  ...{ enrollments: 1, tutoring_sessions: 1, credit_ledger: 1 },
};

test("a guest who signs up and confirms the address finds everything, and spends the credits", async () => {
  const email = aGuest();
  // As people type it.
  await buysEverything(email.replace("guest", "Guest"), await aShop());
  const buyer = await aBuyer(testStack, email);
  expect(await reads(buyer.client)).toEqual(EVERYTHING);
  expect(await account.myOrders(buyer.client)).toMatchObject([
    { status: "confirmed", total_minor: 31450, fulfillments: { status: "pending" } },
  ]);
  expect(await account.myCredits(buyer.client)).toBe(10);
  const spent = await account.spendCredits(buyer.client, 4, "lesson/1", "An hour of French");
  expect(await account.spendCredits(buyer.client, 4, "lesson/1", "An hour of French")).toEqual(spent);
  await expect(account.spendCredits(buyer.client, 5, "lesson/1", "An hour")).rejects.toMatchObject({
    ...{ code: "P0001", details: "key_reused" },
  });
  await expect(account.spendCredits(buyer.client, 7, "lesson/2", "An hour")).rejects.toMatchObject({
    ...{ code: "P0001", details: "not_enough_credits" },
  });
  expect(await account.myCredits(buyer.client)).toBe(6);

  const message = await until("make.com to get person.linked", () =>
    testStack.receiver.received.find((one) => one.type === "person.linked" && one.body.includes(buyer.email)),
  );
  expect(JSON.parse(message.body).data).toMatchObject({ user_id: buyer.id, how: "confirmed" });
});

test("an address that is not confirmed gets nothing, and nor does a stranger", async () => {
  const email = aGuest();
  await buysEverything(email, await aShop());
  const { apiUrl, publishableKey } = testStack.stack;
  const client = createClient(apiUrl, publishableKey, { realtime: { transport: WebSocket as never } });
  await client.auth.signUp({ email, password: "correct horse battery" });
  const [row] = await testStack.sql`
    select (select count(*)::integer from public.orders o join auth.users u on u.id = o.user_id
      where u.email = ${email}) as linked`;
  expect(row!.linked).toBe(0);
  const stranger = await aBuyer(testStack);
  expect(Object.values(await reads(stranger.client))).toEqual(Object.values(EVERYTHING).map(() => 0));
});

test("an account that changes to the guest's address hears each row on its private topic, once", async () => {
  const email = aGuest();
  await buysEverything(email, await aShop());
  const buyer = await aBuyer(testStack);
  const heard: string[] = [];
  const channel = buyer.client.channel(`user:${buyer.id}`, { config: { private: true } });
  channel.on("broadcast", { event: "UPDATE" }, ({ payload }) => heard.push(payload.table)).subscribe();
  await until("Realtime to listen", () => channel.state === "joined");
  // What Auth does when the link in its mail is opened.
  await testStack.sql`update auth.users set email = ${email} where id = ${buyer.id}`;
  const expected = ["credit_ledger", "enrollments", "orders", "payments", "tutoring_sessions"];
  await until("all of it to be heard", () => expected.every((table) => heard.includes(table)));
  expect(await reads(buyer.client)).toEqual(EVERYTHING);
  await testStack.sql`select ops.link_recent()`;
  // A later change of its own is heard after all that.
  await testStack.sql`update public.orders set attention_reason = 'x' where user_id = ${buyer.id}`;
  await until("the later change", () => heard.filter((table) => table === "orders").length === 2);
  expect(heard.sort()).toEqual([...expected, "orders"].sort());
  await buyer.client.realtime.disconnect();
});

test("a later purchase without signing in is the account's at once", async () => {
  const buyer = await aBuyer(testStack);
  const { mug } = await aShop();
  const response = await postCheckout(testStack, {
    ...{ provider: "stripe", email: buyer.email.toUpperCase(), items: [{ sku: mug, quantity: 1 }] },
  });
  const bought = (await response.json()) as CheckedOut;
  await sends(testStack, "stripe", await pays(testStack, "stripe", bought, "captured"));
  expect(await account.myOrders(buyer.client)).toMatchObject([{ total_minor: 2450 }]);
});

test("what is on sale comes with its cohort, without a hint, and with what is left of it where the shop shows that", async () => {
  const shop = await aShop();
  const { apiUrl, publishableKey } = testStack.stack;
  const stranger = createClient(apiUrl, publishableKey, { realtime: { transport: WebSocket as never } });
  const { onSale, availability } = await guide.load("catalogue.ts");
  const products: { sku: string; cohorts: object | null }[] = await onSale(stranger);
  expect(products.find(({ sku }) => sku === shop.seat)?.cohorts).toMatchObject({ name: "French A2" });
  expect(products.find(({ sku }) => sku === shop.mug)?.cohorts).toBe(null);
  const { data } = await stranger
    .from("cohorts")
    .select("name, products!inner(sku)")
    .eq("products.sku", shop.seat)
    .throwOnError();
  expect(data).toEqual([{ name: "French A2", products: [{ sku: shop.seat }] }]);

  await testStack.sql`update public.products set show_count = true where sku = ${shop.seat}`;
  await testStack.sql`update public.products set stock = 3 where sku = ${shop.mug}`;
  expect(await availability(stranger, [shop.mug, shop.seat])).toEqual(
    expect.arrayContaining([
      { sku: shop.mug, level: "few", remaining: null },
      { sku: shop.seat, level: "available", remaining: 12 },
    ]),
  );
});
