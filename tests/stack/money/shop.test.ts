/** Addresses, shipping, discounts and tax: from the storefront by the provider to the messages of receivers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CheckedOut,
  cancel,
  type GatewayName,
  paymentStatus,
  pays,
  postCheckout,
  sends,
  shelf,
} from "../storefront.ts";
import { aProduct, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
  await testStack.sql`insert into public.shipping_rates (name, countries, currency, price_minor, up_to_grams) values
    ('Parcel', '{DE}', 'EUR', 500, 2000), ('Heavy parcel', '{DE}', 'EUR', 1200, 30000),
    ('Abroad', '{FR,AT}', 'EUR', 1500, null), ('Courier', '{CM}', 'XAF', 2000, null)`;
});
afterAll(() => testStack?.stop());

const ADDRESS = {
  ...{ line1: "Lindenstr. 5", line2: null, city: "Berlin", region: null, postal_code: "10969", country: "DE" },
};
const RECIPIENT = { recipient_name: "Amina Buyer", recipient_phone: "+4915112345678" };

const aGuest = () => `guest-${crypto.randomUUID()}@example.com`;
const buy = (body: object, key?: string) =>
  postCheckout(testStack, { provider: "stripe", email: aGuest(), ...body }, key ? { key } : {});

async function bought(body: object): Promise<CheckedOut> {
  const response = await buy(body);
  const answer = await response.json();
  expect([response.status, answer]).toMatchObject([201, {}]);
  return answer;
}

const refusal = async (response: Response) => {
  const { error, buyer_message } = await response.json();
  return { status: response.status, error, buyer_message };
};

async function aDiscount(columns: Record<string, unknown>): Promise<string> {
  const code = `C-${crypto.randomUUID().slice(0, 12).toUpperCase()}`;
  await testStack.sql`insert into public.discounts ${testStack.sql({ code, ...columns })}`;
  return code;
}

/** The body's `data` of the first message of this type to Railway about a checkout. */
async function railwayGets(type: string, contains: string): Promise<Record<string, unknown>> {
  const message = await until(`Railway gets ${type}`, () =>
    testStack.receiver.received.find(
      (one) => one.path === "/railway" && one.type === type && one.body.includes(contains),
    ),
  );
  expect(message.verifiedBy).toBe("standardwebhooks");
  return JSON.parse(message.body).data;
}

async function paid(provider: GatewayName, one: CheckedOut): Promise<void> {
  await sends(testStack, provider, await pays(testStack, provider, one, "captured"));
  await until("the order", async () => (await paymentStatus(testStack, one)).state === "paid");
}

/** What was asked of a provider's API to begin a payment. */
const askedOf = (provider: "stripe" | "paypal", path: string, checkoutId: string) =>
  testStack.stack.providers[provider].asked.find(
    (one) => one.method === "POST" && one.path.startsWith(path) && one.body.includes(checkoutId),
  )!.body;

const usesOf = async (code: string) => {
  const [row] = await testStack.sql`
    select count(*) filter (where u.status <> 'released')::int as n from public.discount_uses u
    join public.discounts d on d.id = u.discount_id where d.code = ${code}`;
  return row!.n as number;
};

describe("with an address, shipping, a discount and tax", () => {
  const purchase = (sku: string, code: string) => ({
    ...{ items: [{ sku, quantity: 2 }], discount_code: code.toLowerCase(), shipping_address: ADDRESS },
    ...RECIPIENT,
  });

  test("a purchase at PayPal is told to Railway whole", async () => {
    await testStack.sql`insert into public.tax_rates (country, percent) values ('DE', 19)`;
    try {
      const sku = await aProduct(testStack, { price: 2450 });
      const code = await aDiscount({ percent: 10 });
      const one = await bought({ ...purchase(sku, code), provider: "paypal" });
      // 49.00 − 4.90 + 5.00 = 49.10, and 19 % of it
      const parts = { discount_minor: 490, shipping_minor: 500, tax_minor: 933, total_minor: 5843 };
      expect(one).toMatchObject({ ...parts, subtotal_minor: 4900, discount_code: code });
      const order = JSON.parse(askedOf("paypal", "/v2/checkout/orders", one.checkout_session_id));
      expect(order.payment_source.paypal.experience_context.shipping_preference).toBe("SET_PROVIDED_ADDRESS");
      const eur = (value: string) => ({ currency_code: "EUR", value });
      expect(order.purchase_units[0]).toMatchObject({
        amount: {
          ...eur("58.43"),
          breakdown: {
            item_total: eur("49.00"),
            ...{ shipping: eur("5.00"), tax_total: eur("9.33"), discount: eur("4.90") },
          },
        },
        shipping: {
          name: { full_name: "Amina Buyer" },
          address: {
            ...{ address_line_1: "Lindenstr. 5", admin_area_2: "Berlin", postal_code: "10969", country_code: "DE" },
          },
        },
      });
      await paid("paypal", one);
      expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
        ...parts,
        ...RECIPIENT,
        shipping_address: ADDRESS,
        discount_code: code,
        status: "confirmed",
        items: [{ sku, quantity: 2, unit_price_minor: 2450, discount_minor: 490 }],
      });
      expect(await usesOf(code)).toBe(1);
      await testStack.sql`
        update public.fulfillments f set status = 'shipped' from public.orders o
        where o.id = f.order_id and o.checkout_session_id = ${one.checkout_session_id}`;
      expect(await railwayGets("fulfillment.changed", sku)).toMatchObject({ ...RECIPIENT, shipping_address: ADDRESS });
    } finally {
      await testStack.sql`delete from public.tax_rates where country = 'DE'`;
    }
  });

  test("a purchase at Stripe, which works out the tax, is told to Railway whole", async () => {
    await testStack.sql`update commerce.settings set provider_tax = true where id`;
    try {
      const sku = await aProduct(testStack, { price: 2450 });
      const code = await aDiscount({ amount_minor: 400, currency: "EUR" });
      const one = await bought(purchase(sku, code));
      expect(one).toMatchObject({ discount_minor: 400, shipping_minor: 500, tax_minor: 0, total_minor: 5000 });
      const session = new URLSearchParams(askedOf("stripe", "/v1/checkout/sessions", one.checkout_session_id));
      expect(session.get("automatic_tax[enabled]")).toBe("true");
      expect(session.get("discounts[0][coupon]")).toMatch(/./);
      expect(session.get("payment_intent_data[shipping][address][city]")).toBe("Berlin");
      expect(session.has("shipping_address_collection[allowed_countries][0]")).toBe(false);
      await paid("stripe", one);
      // 19 % of 50.00 on top, by the stand-in of Stripe Tax
      expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
        ...{ discount_minor: 400, shipping_minor: 500, tax_minor: 950, total_minor: 5950, status: "confirmed" },
        ...RECIPIENT,
        shipping_address: ADDRESS,
        discount_code: code,
      });
      const [found] = await testStack.sql`select count(*)::int as n from ops.inconsistencies`;
      expect(found!.n).toBe(0);
    } finally {
      await testStack.sql`update commerce.settings set provider_tax = false where id`;
    }
  });

  test("a purchase at Stripe by our own tax and in a form of the page's costs the same as the order says", async () => {
    await testStack.sql`insert into public.tax_rates (country, percent) values ('DE', 19)`;
    try {
      const sku = await aProduct(testStack, { price: 2450 });
      const code = await aDiscount({ percent: 10 });
      for (const method of ["checkout_session", "payment_intent"]) {
        const one = await bought({ ...purchase(sku, code), method });
        expect(one.total_minor).toBe(5843);
        await paid("stripe", one);
        expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
          ...{ discount_minor: 490, shipping_minor: 500, tax_minor: 933, total_minor: 5843, status: "confirmed" },
          shipping_address: ADDRESS,
        });
      }
    } finally {
      await testStack.sql`delete from public.tax_rates where country = 'DE'`;
    }
  });

  test("a purchase at Fapshi has the address of the storefront", async () => {
    const sku = await aProduct(testStack, { price: 15_000, currency: "XAF" });
    const shipping_address = { line1: "Rue Joffre", city: "Douala", country: "cm" };
    const item = { items: [{ sku, quantity: 1 }], provider: "fapshi" };
    expect(await refusal(await buy({ ...item, shipping_country: "CM" }))).toMatchObject({
      ...{ status: 400, error: "shipping_address_missing" },
      buyer_message: "Please enter the address that we send it to.",
    });
    const one = await bought({ ...item, shipping_address });
    expect(one.total_minor).toBe(17_000);
    await paid("fapshi", one);
    expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
      shipping_address: { ...shipping_address, line2: null, region: null, postal_code: null, country: "CM" },
    });
  });
});

describe("an address that the provider's page asks for", () => {
  test.each(["stripe", "paypal"] as const)(
    "at %s is in the order, its parcel and its first message",
    async (provider) => {
      const sku = await aProduct(testStack);
      const one = await bought({ items: [{ sku, quantity: 1 }], provider, shipping_country: "DE" });
      expect(one).toMatchObject({ shipping_minor: 500, total_minor: 2950 });
      if (provider === "stripe") {
        const session = new URLSearchParams(askedOf("stripe", "/v1/checkout/sessions", one.checkout_session_id));
        expect(session.get("shipping_address_collection[allowed_countries][0]")).toBe("DE");
        expect(session.get("phone_number_collection[enabled]")).toBe("true");
      } else {
        const order = JSON.parse(askedOf("paypal", "/v2/checkout/orders", one.checkout_session_id));
        expect(order.payment_source.paypal.experience_context.shipping_preference).toBe("GET_FROM_FILE");
      }
      await paid(provider, one);
      expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
        ...{ shipping_minor: 500, total_minor: 2950, status: "confirmed" },
        ...{ shipping_address: ADDRESS, recipient_name: "Amina Buyer" },
      });
      const [parcel] = await testStack.sql`
      select f.shipping_address, f.recipient_phone from public.fulfillments f join public.orders o on o.id = f.order_id
      where o.checkout_session_id = ${one.checkout_session_id}`;
      expect(parcel).toEqual({
        shipping_address: ADDRESS,
        recipient_phone: provider === "stripe" ? "+4915112345678" : null,
      });
    },
  );

  test("in another country than shipping was paid for needs attention", async () => {
    const sku = await aProduct(testStack);
    // PayPal's page cannot be kept to a country: its stand-in's buyer lives in Germany.
    const one = await bought({ items: [{ sku, quantity: 1 }], provider: "paypal", shipping_country: "FR" });
    await paid("paypal", one);
    expect(await railwayGets("order.created", one.checkout_session_id)).toMatchObject({
      status: "needs_attention",
      attention_reason: expect.stringContaining("It goes to DE, and shipping was paid for FR"),
    });
  });

  test("cannot be priced before the country is known, nor where nothing is sent", async () => {
    const items = [{ sku: await aProduct(testStack), quantity: 1 }];
    expect(await refusal(await buy({ items }))).toMatchObject({ status: 400, error: "shipping_country_missing" });
    expect(await refusal(await buy({ items, shipping_country: "JP" }))).toEqual({
      ...{ status: 409, error: "shipping_unavailable" },
      buyer_message: "Sorry, we do not send this to your country.",
    });
    expect(await refusal(await buy({ items, shipping_country: "Germany" }))).toMatchObject({
      ...{ status: 400, error: "request_not_understood" },
    });
  });
});

describe("a discount", () => {
  test("of one use is given to one of eight buyers at once", async () => {
    const sku = await aProduct(testStack);
    const code = await aDiscount({ percent: 50, max_uses: 1 });
    const body = { items: [{ sku, quantity: 1 }], discount_code: code, shipping_country: "DE" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => buy(body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
    expect(await refusal(answers.find(({ status }) => status === 409)!)).toEqual({
      ...{ status: 409, error: "discount_used_up", buyer_message: "Sorry, this code is used up." },
    });
    expect(await usesOf(code)).toBe(1);
    expect(await shelf(testStack, sku)).toMatchObject({ free: 9, held: 1 });
  });

  test("is free again once its checkout is cancelled, or has expired", async () => {
    const items = [{ sku: await aProduct(testStack), quantity: 1 }];
    const code = await aDiscount({ percent: 50, max_uses: 1 });
    const body = { items, discount_code: code, shipping_country: "DE" };
    const first = await bought(body);
    expect(await refusal(await buy(body))).toMatchObject({ error: "discount_used_up" });
    await cancel(testStack, first);
    const second = await bought(body);
    await testStack.sql`
      update public.checkout_sessions set expires_at = now() - interval '1 s' where id = ${second.checkout_session_id}`;
    await testStack.sql`select commerce.expire_checkouts()`;
    await paid("stripe", await bought(body));
    expect(await usesOf(code)).toBe(1);
  });

  test("of 100 % makes the order at once, without a provider, and once for one key", async () => {
    const sku = await aProduct(testStack);
    const code = await aDiscount({ percent: 100, skus: [sku] });
    await testStack.sql`update public.products set ships = false where sku = ${sku}`;
    const key = crypto.randomUUID();
    const body = { items: [{ sku, quantity: 2 }], discount_code: code, provider: undefined, email: aGuest() };
    const answers = await Promise.all(Array.from({ length: 6 }, () => buy(body, key)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(200), 201]);
    const told = await Promise.all(answers.map((answer) => answer.json()));
    for (const answer of told) expect(answer).toEqual(told[0]);
    const { checkout_session_id: id } = told[0];
    expect(told[0]).toMatchObject({
      ...{ state: "paid", total_minor: 0, discount_minor: 4900, provider: "free" },
      redirect_url: `http://localhost:5173/checkout/success?checkout_session_id=${id}`,
      order: { id: expect.any(String), status: "confirmed" },
    });
    expect(await shelf(testStack, sku)).toEqual({ free: 8, held: 0, sold: 2 });
    expect(await railwayGets("order.created", id)).toMatchObject({ total_minor: 0, discount_minor: 4900 });
    const asked = [testStack.stack.providers.stripe, testStack.stack.providers.paypal].flatMap((one) => one.asked);
    expect(asked.filter((one) => one.body.includes(id))).toEqual([]);
    const [orders] = await testStack.sql`
      select count(*)::int as n from public.orders where checkout_session_id = ${id}`;
    expect(orders!.n).toBe(1);
  });

  test("that is unknown leaves nothing reserved, and is told in words for buyers", async () => {
    const sku = await aProduct(testStack);
    expect(await refusal(await buy({ items: [{ sku, quantity: 1 }], discount_code: "NOPE" }))).toEqual({
      ...{ status: 400, error: "shipping_country_missing" },
      buyer_message: "Please choose the country that we send it to.",
    });
    const body = { items: [{ sku, quantity: 1 }], discount_code: "NOPE", shipping_country: "DE" };
    expect(await refusal(await buy(body))).toEqual({
      ...{ status: 404, error: "discount_unknown" },
      buyer_message: "Sorry, we do not know this code. Please check how it is written.",
    });
    expect(await shelf(testStack, sku)).toEqual({ free: 10, held: 0, sold: 0 });
  });
});

test("what costs nothing is ordered at once, and what costs something needs a provider", async () => {
  const free = await aProduct(testStack, { price: 0, stock: 1 });
  await testStack.sql`update public.products set ships = false where sku = ${free}`;
  expect(await bought({ items: [{ sku: free, quantity: 1 }] })).toMatchObject({ state: "paid" });
  expect(await shelf(testStack, free)).toEqual({ free: 0, held: 0, sold: 1 });
  const items = [{ sku: await aProduct(testStack), quantity: 1 }];
  expect(await refusal(await buy({ items, provider: undefined, shipping_address: ADDRESS }))).toMatchObject({
    ...{ status: 400, error: "provider_unknown" },
  });
});

test("the same key again after paying answers how it stands, and no page to pay at", async () => {
  const key = crypto.randomUUID();
  const items = [{ sku: await aProduct(testStack), quantity: 1 }];
  const body = { items, email: aGuest(), shipping_country: "DE" };
  const one: CheckedOut = await (await buy(body, key)).json();
  await paid("stripe", one);
  const again = await buy(body, key);
  const { order } = await paymentStatus(testStack, one);
  expect([again.status, await again.json()]).toMatchObject([
    200,
    {
      ...{ checkout_session_id: one.checkout_session_id, state: "paid", redirect_url: null, client_secret: null },
      order: { id: order!.id, number: expect.any(Number), status: "confirmed" },
    },
  ]);
});

test("a course that is full is told in words for buyers, and no word names a sku", async () => {
  const sku = `seat-${crypto.randomUUID()}`;
  await testStack.sql`
    with c as (insert into public.cohorts (name, capacity) values (${sku}, 1) returning id)
    insert into public.products (sku, name, price_minor, currency, kind, cohort_id)
    select ${sku}, 'Physics', 9900, 'EUR', 'cohort_seat', id from c`;
  await bought({ items: [{ sku, quantity: 1 }] });
  const response = await buy({ items: [{ sku, quantity: 1 }] });
  const { message, ...full } = await response.json();
  expect(full).toEqual({ error: "sold_out", buyer_message: "Sorry, this course is full." });
  expect(message).toContain(`Product ${sku} is sold out`);
  const mug = await aProduct(testStack, { stock: 1 });
  expect(await refusal(await buy({ items: [{ sku: mug, quantity: 2 }], shipping_country: "DE" }))).toEqual({
    ...{ status: 409, error: "sold_out" },
    buyer_message: "Sorry, there are not enough left of “Enamel mug”. Please take fewer, or leave it out.",
  });
});

test.each(["checkout/cancel", "payment-status"])("%s refuses a member that it does not know by name", async (path) => {
  const response = await fetch(`${testStack.stack.functionsUrl}/${path}`, {
    method: "POST",
    body: JSON.stringify({ checkout_session_id: crypto.randomUUID(), refund: true }),
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: "unknown_member", message: expect.stringContaining('"refund"'), buyer_message: expect.any(String) },
  ]);
});
