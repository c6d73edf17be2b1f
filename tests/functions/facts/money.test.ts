import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currencyCode, decimalAmount, exponentOf, minorUnits } from "../../../functions/_shared/facts/money.ts";

describe("exponentOf", () => {
  test.each(["EUR", "USD", "HUF", "TWD", "ISK", "UGX"])("%s has 2 decimals", (code) =>
    expect(exponentOf(code)).toBe(2),
  );
  test.each(["XAF", "XOF", "JPY", "MGA"])("%s has 0 decimals", (code) => expect(exponentOf(code)).toBe(0));
  test.each(["KWD", "TND"])("%s has 3 decimals", (code) => expect(exponentOf(code)).toBe(3));
});

describe("currencyCode", () => {
  test("converts to upper case", () => expect(currencyCode("xaf")).toBe("XAF"));
  test.each(["", "eu", "euro", "e r", "12€", " eur"])("is null for %j", (text) =>
    expect(currencyCode(text)).toBeNull(),
  );
});

describe("minorUnits", () => {
  test.each([
    ["49.99", "EUR", 4999],
    ["49.9", "EUR", 4990],
    ["49", "EUR", 4900],
    ["0.07", "EUR", 7],
    ["30000", "XAF", 30000],
    ["30000.00", "XAF", 30000],
    ["5.124", "KWD", 5124],
    ["1.10", "KWD", 1100],
    ["-12.50", "USD", -1250],
    ["0", "USD", 0],
    ["-0.00", "USD", 0],
    ["90071992547409.91", "USD", Number.MAX_SAFE_INTEGER],
  ])("%s %s is %i", (decimal, currency, minor) => expect(minorUnits(decimal, currency)).toBe(minor));

  test.each([
    ["49.999", "EUR", "49.999 EUR has more than 2 decimals"],
    ["1.5", "JPY", "1.5 JPY has more than 0 decimals"],
    [
      "90071992547409.92",
      "USD",
      "90071992547409.92 USD is too large: the largest amount is 9007199254740991 minor units",
    ],
    ["1e3", "EUR", 'expected a decimal amount like "12.50", found "1e3"'],
    ["1,50", "EUR", 'expected a decimal amount like "12.50", found "1,50"'],
    ["", "EUR", 'expected a decimal amount like "12.50", found ""'],
    [".5", "EUR", 'expected a decimal amount like "12.50", found ".5"'],
    ["NaN", "EUR", 'expected a decimal amount like "12.50", found "NaN"'],
  ])("rejects %j %s", (decimal, currency, message) => expect(() => minorUnits(decimal, currency)).toThrow(message));

  test.each([
    ["33.334", 3333],
    ["33.335", 3334],
    ["33.3349999", 3333],
    ["-33.335", -3334],
    ["1.005", 101], // As a float this is 1.00499…
  ])('rounds %s half away from zero with excess "round"', (decimal, minor) =>
    expect(minorUnits(decimal, "USD", "round")).toBe(minor),
  );

  test("is exact for every amount of cents, also where a float is not", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }), (cents) => {
        const decimal = `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
        expect(minorUnits(decimal, "EUR")).toBe(Number(cents));
      }),
    );
  });
});

describe("decimalAmount", () => {
  test.each([
    [4999, "EUR", "49.99"],
    [4900, "EUR", "49.00"],
    [7, "EUR", "0.07"],
    [0, "EUR", "0.00"],
    [30000, "XAF", "30000"],
    [0, "XAF", "0"],
    [5, "KWD", "0.005"],
    [-1250, "USD", "-12.50"],
    [Number.MAX_SAFE_INTEGER, "USD", "90071992547409.91"],
  ])("%i of %s is %s", (minor, currency, decimal) => expect(decimalAmount(minor, currency)).toBe(decimal));

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("rejects %d", (minor) => {
    expect(() => decimalAmount(minor, "EUR")).toThrow("expected a whole amount of minor units");
  });

  test("is the inverse of minorUnits for any amount and currency", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom("EUR", "XAF", "KWD", "HUF", "JPY"), (minor, currency) => {
        expect(minorUnits(decimalAmount(minor, currency), currency)).toBe(minor);
      }),
    );
  });
});
