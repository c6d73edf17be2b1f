import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aBuyer, aSale, postStripe, saleEvent, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const about = (id: string) => testStack.receiver.received.filter(({ body }) => body.includes(id));

describe("a paid Stripe checkout", () => {
  test("makes one confirmed order with the checkout's items, and takes its stock", async () => {
    const sale = await aSale(testStack, { stock: 10, quantity: 2 });
    const response = await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "applied", duplicate: false });

    const [order] = await testStack.sql`
      select o.status, o.total_minor::int, o.currency, p.status as payment, p.amount_minor::int, s.status as checkout
      from public.orders o join public.payments p on p.id = o.payment_id join public.checkout_sessions s
      on s.id = o.checkout_session_id
      where o.checkout_session_id = ${sale.checkout}`;
    expect(order).toEqual({
      status: "confirmed",
      total_minor: 4900,
      currency: "EUR",
      payment: "captured",
      amount_minor: 4900,
      checkout: "payment_completed",
    });
    const items = await testStack.sql`
      select i.sku, i.quantity, p.stock from public.order_items i join public.orders o on o.id = i.order_id
        join public.products p on p.id = i.product_id
      where o.checkout_session_id = ${sale.checkout}`;
    expect([...items]).toEqual([{ sku: sale.sku, quantity: 2, stock: 8 }]);
  });

  test("reaches make.com and Railway, each message once, with signatures their own library accepts", async () => {
    const sale = await aSale(testStack);
    await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
    const messages = await until("three messages", () => {
      const found = about(sale.checkout).filter(({ type }) => type === "order.created" || type === "payment.captured");
      return found.length >= 3 && found;
    });
    expect(messages.map(({ path, type, verifiedBy }) => `${path} ${type} ${verifiedBy}`).sort()).toEqual([
      "/make order.created standardwebhooks",
      "/make payment.captured standardwebhooks",
      "/railway order.created standardwebhooks",
    ]);
    const order = JSON.parse(messages.find(({ type }) => type === "order.created")!.body);
    expect(order.data).toMatchObject({
      total_minor: 4900,
      currency: "EUR",
      items: [{ sku: sale.sku, quantity: 2, unit_price_minor: 2450 }],
    });
  });

  test("reaches its buyer, and nobody else, on the buyer's private topic", async () => {
    const [buyer, stranger] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    const heard: { topic: string; table: string; status: string }[] = [];
    for (const [listener, topic] of [
      [buyer, `user:${buyer.id}`],
      [stranger, `user:${stranger.id}`],
    ] as const) {
      const channel = listener.client.channel(topic, { config: { private: true } });
      channel.on("broadcast", { event: "INSERT" }, ({ payload }) => {
        heard.push({ topic, table: payload.table, status: payload.record.status });
      });
      await new Promise<void>((resolve, reject) =>
        channel.subscribe((status, error) => (status === "SUBSCRIBED" ? resolve() : error && reject(error))),
      );
    }
    const sale = await aSale(testStack, { email: buyer.email });
    await postStripe(testStack, saleEvent(sale, "checkout.session.completed"));
    await until("the order and the payment", () => heard.length >= 2);
    expect(heard.sort((a, b) => a.table.localeCompare(b.table))).toEqual([
      { topic: `user:${buyer.id}`, table: "orders", status: "confirmed" },
      { topic: `user:${buyer.id}`, table: "payments", status: "captured" },
    ]);
    await Promise.all([buyer.client.realtime.disconnect(), stranger.client.realtime.disconnect()]);
  });

  test("a stranger may not listen to the buyer's topic", async () => {
    const [buyer, stranger] = await Promise.all([aBuyer(testStack), aBuyer(testStack)]);
    const status = await new Promise((resolve) =>
      stranger.client.channel(`user:${buyer.id}`, { config: { private: true } }).subscribe((state) => resolve(state)),
    );
    expect(status).toBe("CHANNEL_ERROR");
    await stranger.client.realtime.disconnect();
  });

  test("shows in the buyer's stream of orders, as a Flutter app would see it", async () => {
    const buyer = await aBuyer(testStack);
    const rows: Record<string, unknown>[] = [];
    const channel = buyer.client
      .channel("public:orders", { config: { private: true } })
      .on("postgres_changes", { event: "*", schema: "public", table: "orders" }, ({ new: row }) =>
        rows.push(row as Record<string, unknown>),
      );
    await new Promise<void>((resolve) =>
      channel.on("system", {}, ({ status }: { status: string }) => status === "ok" && resolve()).subscribe(),
    );
    const [mine, other] = [await aSale(testStack, { email: buyer.email }), await aSale(testStack)];
    await postStripe(testStack, saleEvent(other, "checkout.session.completed"));
    await postStripe(testStack, saleEvent(mine, "checkout.session.completed"));
    await until("the order", () => rows.length > 0);
    expect(rows.map((row) => row.checkout_session_id)).toEqual([mine.checkout]);
    const { data } = await buyer.client.from("orders").select("checkout_session_id, order_items(sku)");
    expect(data).toEqual([{ checkout_session_id: mine.checkout, order_items: [{ sku: mine.sku }] }]);
    await buyer.client.realtime.disconnect();
  });
});

describe("events passed on to Railway", () => {
  test.each(["charge.refunded", "refund.created", "product.updated", "payment_intent.payment_failed"])(
    "%s arrives byte for byte, and constructEvent accepts it",
    async (type) => {
      const sale = await aSale(testStack);
      const body = saleEvent(
        sale,
        type,
        type === "product.updated" ? {} : { "data.object.metadata.note": "a/b \\/ é ☕ \u2028" },
      );
      const { id } = JSON.parse(body);
      expect((await postStripe(testStack, body)).status).toBe(200);
      const [passed] = await until("the event at Railway", () => {
        const found = testStack.receiver.received.filter((one) => one.path === "/railway-stripe" && one.id === id);
        return found.length > 0 && found;
      });
      expect(passed!.body).toBe(body);
      expect(passed!.verifiedBy).toBe("stripe");
    },
  );

  test("an event that no route names is not passed on", async () => {
    const sale = await aSale(testStack);
    const body = saleEvent(sale, "customer.created");
    const response = await postStripe(testStack, body);
    const { id } = (await response.json()) as { id: string };
    const rows = await testStack.sql`
      select 1 from outbox.deliveries d join outbox.messages m on m.id = d.message_id where m.event_id = ${id}
        and d.destination = 'railway_stripe'`;
    expect(rows).toHaveLength(0);
  });
});

describe("an unpaid checkout", () => {
  test.each([
    ["payment_intent.payment_failed", "payment_failed"],
    ["payment_intent.canceled", "payment_failed"],
    ["checkout.session.expired", "expired"],
    ["checkout.session.async_payment_failed", "payment_failed"],
  ])("%s gives the stock back, and makes no order", async (type, status) => {
    const sale = await aSale(testStack, { stock: 5, quantity: 2 });
    expect((await postStripe(testStack, saleEvent(sale, type))).status).toBe(200);
    const [now] = await testStack.sql`
      select s.status, p.stock, (select count(*)::int from public.orders o where o.checkout_session_id = s.id) as orders
      from public.checkout_sessions s join public.checkout_items i on i.checkout_session_id = s.id
      join public.products p on p.id = i.product_id
      where s.id = ${sale.checkout}`;
    expect(now).toEqual({ status, stock: 5, orders: 0 });
  });

  test("money that comes after its stock was sold to another makes an order that needs attention, and no negative stock", async () => {
    const late = await aSale(testStack, { stock: 2, quantity: 2 });
    await postStripe(testStack, saleEvent(late, "checkout.session.expired"));
    const quick = await aSale(testStack, { sku: late.sku, quantity: 2 });
    await postStripe(testStack, saleEvent(quick, "checkout.session.completed"));
    await postStripe(testStack, saleEvent(late, "checkout.session.completed"));
    const orders = await testStack.sql`
      select o.checkout_session_id as checkout, o.status, o.attention_reason, p.stock
      from public.orders o join public.order_items i on i.order_id = o.id join public.products p on p.id = i.product_id
      where p.sku = ${late.sku} order by o.number`;
    expect(orders.map(({ checkout, status, stock }) => [checkout, status, stock])).toEqual([
      [quick.checkout, "confirmed", 0],
      [late.checkout, "needs_attention", 0],
    ]);
    expect(orders[1]!.attention_reason).toContain(late.sku);
  });

  test.each([
    ["the amount", { "data.object.amount_total": 100 }, /Captured 1\.00 EUR.*asks for 49\.00 EUR/],
    ["the currency", { "data.object.currency": "usd" }, /Captured 49\.00 USD.*asks for 49\.00 EUR/],
  ])("money whose %s does not match is kept for review, not fulfilled", async (_, set, reason) => {
    const sale = await aSale(testStack);
    await postStripe(testStack, saleEvent(sale, "checkout.session.completed", set));
    const [payment] = await testStack.sql`
      select p.status, p.needs_review, p.review_reason,
        (select count(*)::int from public.orders o where o.payment_id = p.id) as orders
      from public.payments p where p.checkout_session_id = ${sale.checkout}`;
    expect(payment).toMatchObject({ status: "captured", needs_review: true, orders: 0 });
    expect(payment!.review_reason).toMatch(reason);
  });
});
