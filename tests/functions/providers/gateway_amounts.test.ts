/**
 * A payment is created for exactly the total of the checkout, and its line items add up to it, as Stripe and PayPal
 * require.
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exponentOf, minorUnits } from "../../../functions/_shared/facts/money.ts";
import { fapshiGateway } from "../../../functions/_shared/providers/fapshi/gateway.ts";
import { paypalGateway } from "../../../functions/_shared/providers/paypal/gateway.ts";
import { stripeGateway } from "../../../functions/_shared/providers/stripe/gateway.ts";
import { createFapshi } from "../../../local/providers/fapshi.ts";
import { createPaypal } from "../../../local/providers/paypal.ts";
import { createStripe } from "../../../local/providers/stripe.ts";
import { type Mounted, mounted } from "../mounted.ts";
import { CHECKOUT, posts, REDIRECT_URLS, timeout } from "./gateways.ts";

const standIns = { stripe: createStripe(), paypal: createPaypal(), fapshi: createFapshi() };
let server: Mounted;
let env: (name: string) => string | undefined;
beforeAll(async () => {
  server = await mounted(standIns);
  const base = server.url.replace(/\/[a-z]+$/, "");
  env = (name) =>
    name.endsWith("_BASE_URL") ? `${base}/${name.slice(0, -"_BASE_URL".length).toLowerCase()}` : "sk_test_x";
});
afterAll(() => server.stop());
beforeEach(() => {
  for (const { asked } of Object.values(standIns)) asked.length = 0;
});

/** A checkout in this currency. Its amounts are multiples of `step`; its total is computed as in SQL. */
const cart = (currency: string, step: number) =>
  fc
    .array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 50 }),
        price: fc.integer({ min: 0, max: Math.floor(99_000_000 / step / 500) }),
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((lines) => {
      const items = lines.map(({ quantity, price }, n) => ({
        ...{ sku: `sku-${n}`, name: `Thing ${n}`, quantity, unit_price_minor: price * step, starts_at: null },
      }));
      const total_minor = items.reduce((sum, { quantity, unit_price_minor }) => sum + quantity * unit_price_minor, 0);
      return { ...CHECKOUT, id: crypto.randomUUID(), currency, total_minor, items };
    });

const payableCart = (
  gateway: { unsupportedReason(checkout: typeof CHECKOUT): string | null },
  steps: Record<string, number>,
) =>
  fc
    .constantFrom(...Object.entries(steps))
    .chain(([currency, step]) => cart(currency, step))
    .filter((checkout) => gateway.unsupportedReason(checkout) === null);

const RUNS = { numRuns: 100 };

test("creates a Stripe Checkout Session for exactly the total, in any currency", async () => {
  const steps = { EUR: 1, USD: 1, XAF: 1, JPY: 1, HUF: 1, TWD: 1, KWD: 10, BHD: 10, ISK: 100, UGX: 100 };
  await fc.assert(
    fc.asyncProperty(payableCart(stripeGateway, steps), async (checkout) => {
      await stripeGateway.createPayment(env, checkout, REDIRECT_URLS, "checkout_session", timeout());
      const form = new URLSearchParams(posts(standIns.stripe.asked, "/v1/checkout/sessions").at(-1)!.body);
      const lines = checkout.items.map((_, n) => {
        expect(form.get(`line_items[${n}][price_data][currency]`)).toBe(checkout.currency.toLowerCase());
        return (
          Number(form.get(`line_items[${n}][quantity]`)) * Number(form.get(`line_items[${n}][price_data][unit_amount]`))
        );
      });
      expect(lines.reduce((sum, line) => sum + line, 0)).toBe(checkout.total_minor);
      expect(form.has(`line_items[${lines.length}][quantity]`)).toBe(false);
    }),
    RUNS,
  );
});

test("creates a Stripe PaymentIntent for exactly the total, in any currency", async () => {
  await fc.assert(
    fc.asyncProperty(payableCart(stripeGateway, { EUR: 1, XAF: 1, KWD: 10, ISK: 100, UGX: 100 }), async (checkout) => {
      await stripeGateway.createPayment(env, checkout, REDIRECT_URLS, "payment_intent", timeout());
      const form = new URLSearchParams(posts(standIns.stripe.asked, "/v1/payment_intents").at(-1)!.body);
      expect([form.get("amount"), form.get("currency")]).toEqual([
        String(checkout.total_minor),
        checkout.currency.toLowerCase(),
      ]);
    }),
    RUNS,
  );
});

test("creates a PayPal order for exactly the total, with items that add up, in any currency", async () => {
  const steps = { EUR: 1, USD: 1, JPY: 1, BRL: 1, HUF: 100, TWD: 100 };
  await fc.assert(
    fc.asyncProperty(payableCart(paypalGateway, steps), async (checkout) => {
      const { currency } = checkout;
      await paypalGateway.createPayment(env, checkout, REDIRECT_URLS, "order", timeout());
      const [unit] = JSON.parse(posts(standIns.paypal.asked, "/v2/checkout/orders").at(-1)!.body).purchase_units;
      const minor = ({ value, currency_code }: { value: string; currency_code: string }) => {
        expect(currency_code).toBe(currency);
        expect(value).toMatch(["JPY", "HUF", "TWD"].includes(currency) ? /^\d+$/ : /^\d+\.\d{2}$/);
        return minorUnits(value, currency);
      };
      const lines = unit.items.map(
        (item: { quantity: string; unit_amount: never }) => Number(item.quantity) * minor(item.unit_amount),
      );
      expect(minor(unit.amount)).toBe(checkout.total_minor);
      expect(minor(unit.amount.breakdown.item_total)).toBe(checkout.total_minor);
      expect(lines.reduce((sum: number, line: number) => sum + line, 0)).toBe(checkout.total_minor);
    }),
    RUNS,
  );
});

test("creates a Fapshi payment link for exactly the total", async () => {
  expect(exponentOf("XAF")).toBe(0);
  await fc.assert(
    fc.asyncProperty(payableCart(fapshiGateway, { XAF: 1 }), async (checkout) => {
      await fapshiGateway.createPayment(env, checkout, REDIRECT_URLS, "link", timeout());
      expect(JSON.parse(posts(standIns.fapshi.asked, "/initiate-pay").at(-1)!.body).amount).toBe(checkout.total_minor);
    }),
    RUNS,
  );
});
