/** Whole purchases in a browser, on the page of each provider's stand-in: paid, declined, paid slowly, cancelled. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../until.ts";
import { buyMugs, fillIn, goToPay, PROVIDERS, type ProviderName, putInCart, startShopStack } from "./shop_stack.ts";

let shop: Awaited<ReturnType<typeof startShopStack>>;

beforeAll(async () => {
  shop = await startShopStack();
});
afterAll(() => shop?.stop());

const orders = (email: string) =>
  shop.sql`select number::text, status::text, total_minor::int as total, currency, shipping_address ->> 'city' as city
    from public.orders where email = ${email}`;

/** Two mugs, sent to Berlin. */
const TOTALS: Record<ProviderName, [number, string, string]> = {
  stripe: [5390, "EUR", "€53.90"],
  paypal: [5390, "EUR", "€53.90"],
  fapshi: [43_000, "XAF", "43,000"],
};

describe.each(Object.keys(PROVIDERS) as ProviderName[])("%s", (provider) => {
  test("paid: the buyer sees the order's number, and it is what was asked for", async () => {
    const email = `paid.${provider}@example.com`;
    const [total, currency, shown] = TOTALS[provider];
    const page = await buyMugs(shop, provider, email);
    expect(await page.locator(".amount").textContent()).toContain(shown);
    await page.getByRole("button", { name: /^Pay [^b]/ }).click();
    await page.getByRole("heading", { name: "Payment received" }).waitFor();
    expect(page.url()).toContain("/shop/checkout/success?checkout_session_id=");
    const [order] = await orders(email);
    expect(order).toMatchObject({ status: "confirmed", total, currency, city: "Berlin" });
    expect(await page.getByText("Your order number is").textContent()).toContain(order!.number);
    expect(await page.getByRole("link", { name: /^Cart/ }).textContent()).toMatch(/^Cart\s*$/);
    expect(page.errors).toEqual([]);
  });

  test("declined: nothing is charged, and the buyer may pay again", async () => {
    const email = `declined.${provider}@example.com`;
    const page = await buyMugs(shop, provider, email);
    await page.getByRole("button", { name: "Be declined" }).click();
    if (provider === "stripe") {
      // Stripe keeps the buyer on its page.
      await page.getByRole("alert").waitFor();
      await page.getByRole("button", { name: /^Pay €/ }).click();
    } else {
      await page.getByRole("heading", { name: "Payment failed" }).waitFor();
      expect(await orders(email)).toEqual([]);
      await page.getByRole("link", { name: "Back to the cart" }).click();
      await goToPay(page, provider);
      await page.getByRole("button", { name: /^Pay [^b]/ }).click();
    }
    await page.getByRole("heading", { name: "Payment received" }).waitFor();
    expect(await orders(email)).toHaveLength(1);
    expect(page.errors).toEqual([]);
  });

  test("paid by a slow method: the page waits, and shows the order when it is through", async () => {
    const email = `slow.${provider}@example.com`;
    const page = await buyMugs(shop, provider, email);
    const payPage = page.url();
    await page.getByRole("button", { name: "Pay by a slow method" }).click();
    await page.getByRole("heading", { name: "Processing payment…" }).waitFor();
    expect(await orders(email)).toEqual([]);
    // Days later.
    const later = await page.context().newPage();
    await until("the payment waits at the provider", async () => {
      await later.goto(payPage);
      return await later.getByRole("button", { name: "Let it go through" }).isVisible();
    });
    await later.getByRole("button", { name: "Let it go through" }).click();
    await page.getByRole("heading", { name: "Payment received" }).waitFor();
    expect(await orders(email)).toHaveLength(1);
    expect(page.errors).toEqual([]);
  });
});

test.each(["stripe", "paypal"] as const)("%s, cancelled: what was reserved is on sale again", async (provider) => {
  const email = `cancelled.${provider}@example.com`;
  const page = await buyMugs(shop, provider, email);
  const held = () => shop.sql`select 1 from public.stock_reservations r
    join public.checkout_sessions s on s.id = r.checkout_session_id where s.email = ${email} and r.status = 'held'`;
  expect(await held()).toHaveLength(1);
  await page.getByRole("button", { name: "Cancel, back to the shop" }).click();
  await page.getByRole("heading", { name: "Payment cancelled" }).waitFor();
  expect(await held()).toEqual([]);
  expect(await page.getByRole("link", { name: /^Cart/ }).textContent()).toMatch(/2/);
  expect(page.errors).toEqual([]);
});

test("a discount code is applied, and one that nobody knows is refused in words for buyers", async () => {
  const page = await shop.open();
  await putInCart(page, shop, "notebook");
  await fillIn(page, "discount@example.com", "stripe");
  const code = page.getByRole("textbox", { name: /^Discount code/ });
  await code.fill("nothing-like-it");
  await page.getByRole("button", { name: "Continue" }).click();
  expect(await page.getByRole("alert").textContent()).toBe(
    "Sorry, we do not know this code. Please check how it is written.",
  );
  await code.fill("welcome10");
  await goToPay(page, "stripe");
  // 16.50 less 10 %, and 4.90 to send it.
  expect(await page.locator(".amount").textContent()).toBe("€19.75");
  expect(page.errors).toEqual([]);
});

test("more than there is left is refused, and the cart can be changed", async () => {
  const page = await shop.open();
  await putInCart(page, shop, "teapot", 9);
  await fillIn(page, "many@example.com", "stripe");
  await page.getByRole("button", { name: "Continue" }).click();
  expect(await page.getByRole("alert").textContent()).toBe(
    "Sorry, there are not enough left of “Teapot for two”. Please take fewer, or leave it out.",
  );
  await page.getByLabel("Quantity of Teapot for two").fill("2");
  await page.getByLabel("Quantity of Teapot for two").press("Tab");
  await goToPay(page, "stripe");
  expect(page.errors).toEqual([]);
});

test("an answer that is cut off, or not ours: the same key is sent again", async () => {
  const page = await shop.open();
  const keys: (string | undefined)[] = [];
  const bodies = [
    { status: 200, body: '{"checkout_sess' },
    { status: 504, body: "<html>Gateway timeout</html>" },
    { status: 500, body: '{"error":"internal_error","message":"x","buyer_message":"Sorry."}' },
  ];
  await page.route("**/functions/v1/checkout", async (route) => {
    if (route.request().method() !== "POST") return await route.fallback();
    keys.push(route.request().headers()["idempotency-key"]);
    const response = await route.fetch();
    const { "content-length": _, ...headers } = response.headers();
    const lost = bodies.shift();
    await route.fulfill(lost ? { ...lost, headers } : { response });
  });
  await putInCart(page, shop, "tote");
  await fillIn(page, "cut.off@example.com", "stripe");
  for (const words of [/cannot be reached/, /cannot be reached/, /^Sorry\.$/]) {
    await page.getByRole("button", { name: "Continue" }).click();
    await until("it is sent", () => keys.length === 3 - bodies.length);
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
  }
  await goToPay(page, "stripe");
  expect([keys.length, new Set(keys).size]).toEqual([4, 1]);
  const checkouts = await shop.sql`select 1 from public.checkout_sessions where email = 'cut.off@example.com'`;
  expect(checkouts).toHaveLength(1);
});

test("a pay page of nothing is 404, and what is paid cannot be paid again", async () => {
  const page = await buyMugs(shop, "stripe", "twice@example.com");
  const payPage = page.url();
  await page.getByRole("button", { name: /^Pay €/ }).click();
  await page.getByRole("heading", { name: "Payment received" }).waitFor();
  await page.goto(payPage);
  expect(await page.getByText("There is nothing to pay here any more.").isVisible()).toBe(true);
  expect(await page.getByRole("button").count()).toBe(0);
  const nothing = await page.goto(payPage.replace(/ref=.*/, "ref=cs_none"));
  expect(nothing!.status()).toBe(404);
});
