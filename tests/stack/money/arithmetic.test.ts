/** The arithmetic of a checkout, for any prices, discount, shipping and tax: commerce.price_lines, allocate. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

const minor = (max: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max }));
const line = fc.record({ price: minor(90_000_000_000), discounted: fc.boolean() });
const percent = fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100);
const checkout = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 30 }),
  /** Null: there is none. */
  discount: fc.oneof(fc.constant(null), fc.record({ percent }), fc.record({ amount: minor(90_000_000_000) })),
  shipping: minor(1_000_000),
  tax: fc.oneof(fc.constant(null), percent),
  included: fc.boolean(),
});

interface Price {
  items_minor: string;
  discount_minor: string;
  tax_minor: string;
  total_minor: string;
  line_discounts: string;
}

test("items − discount + shipping + tax is the total, nothing is negative, and the lines' discounts add up", async () => {
  const { sql } = testStack;
  await fc.assert(
    fc.asyncProperty(checkout, async ({ lines, discount, shipping, tax, included }) => {
      const [price] = await sql<Price[]>`
        select p.items_minor, p.discount_minor, p.tax_minor, p.total_minor,
          to_json(p.line_discounts)::text as line_discounts
        from commerce.price_lines(
          ${lines.map(({ price }) => String(price))}::text[]::numeric[],
          ${lines.map(({ discounted }) => String(discounted))}::text[]::boolean[],
          ${discount && "percent" in discount ? String(discount.percent) : null}::numeric,
          ${discount && "amount" in discount ? String(discount.amount) : null}::numeric,
          ${String(shipping)}::numeric, ${tax === null ? null : String(tax)}::numeric, ${included}
        ) p`;
      const [items, off, taxed, total] = [
        price!.items_minor,
        price!.discount_minor,
        price!.tax_minor,
        price!.total_minor,
      ].map(BigInt) as [bigint, bigint, bigint, bigint];
      const shares = (JSON.parse(price!.line_discounts) as number[]).map(BigInt);
      const discountable = lines.reduce((sum, one) => sum + (one.discounted ? BigInt(one.price) : 0n), 0n);

      expect(items).toBe(lines.reduce((sum, one) => sum + BigInt(one.price), 0n));
      expect(total).toBe(items - off + BigInt(shipping) + (included ? 0n : taxed));
      for (const amount of [off, taxed, total, ...shares]) expect(amount >= 0n).toBe(true);
      expect(off <= discountable).toBe(true);
      expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(off);
      for (const [i, share] of shares.entries())
        expect(share <= (lines[i]!.discounted ? BigInt(lines[i]!.price) : 0n)).toBe(true);
      // Exact to half a unit.
      if (discount && "percent" in discount) {
        const exact = (Number(discountable) * discount.percent) / 100;
        expect(Math.abs(Number(off) - exact)).toBeLessThanOrEqual(0.51);
      } else {
        expect(off).toBe(
          discount ? [BigInt(discount.amount), discountable].toSorted((a, b) => (a < b ? -1 : 1))[0] : 0n,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("any amount is allocated exactly, whatever the weights", async () => {
  const { sql } = testStack;
  const amountAndWeights = fc
    .array(minor(9_000_000_000_000), { minLength: 1, maxLength: 40 })
    .chain((weights) => fc.tuple(minor(weights.reduce((sum, one) => sum + one, 0)), fc.constant(weights)))
    .filter(([amount, weights]) => amount <= weights.reduce((sum, one) => sum + one, 0));
  await fc.assert(
    fc.asyncProperty(amountAndWeights, async ([amount, weights]) => {
      const [row] = await sql`
        select to_json(commerce.allocate(
          ${String(amount)}::numeric, ${weights.map(String)}::text[]::numeric[]
        ))::text as shares`;
      const shares = JSON.parse(row!.shares) as number[];
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(amount);
      for (const [i, share] of shares.entries()) expect(share >= 0 && share <= weights[i]!).toBe(true);
    }),
    { numRuns: 200 },
  );
});
