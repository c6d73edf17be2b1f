/**
 * Money is an integer in minor units plus an upper-case ISO 4217 code, everywhere in Signalbox.
 *
 * The minor unit of a currency is the one Stripe charges in, so that a Stripe amount is stored and sent as it is.
 * Stripe differs from ISO 4217 three times: ISK and UGX are still counted in hundredths (1 króna is 100; docs.stripe.com/currencies,
 * "Special cases", which goes before the list of zero-decimal currencies that has UGX too), and MGA in whole ariary.
 */
const EXPONENTS = new Map<string, number>();
for (const code of "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ")) EXPONENTS.set(code, 0);
for (const code of "BHD IQD JOD KWD LYD OMR TND".split(" ")) EXPONENTS.set(code, 3);

/** How many decimals an amount of this currency has: EUR 2, XAF 0, KWD 3. */
export function exponentOf(currency: string): number {
  return EXPONENTS.get(currency) ?? 2;
}

/** The ISO code in upper case; null when it is not the shape of one. */
export function currencyCode(text: string): string | null {
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null;
}

/**
 * A decimal amount in minor units, exactly: `minorUnits("49.99", "EUR")` is 4999, `minorUnits("30000", "XAF")` 30000.
 * Works on the digits and never on a float. Give a JSON number as `String(number)`.
 * Digits beyond the currency's own are refused, or rounded half away from zero when `excess` says so.
 */
export function minorUnits(decimal: string, currency: string, excess: "refuse" | "round" = "refuse"): number {
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(decimal) ?? [];
  if (whole === undefined)
    throw new Error(`expected a decimal amount like "12.50", found ${JSON.stringify(decimal.slice(0, 40))}`);

  const exponent = exponentOf(currency);
  const beyond = fraction.slice(exponent);
  if (excess === "refuse" && /[1-9]/.test(beyond))
    throw new Error(`${decimal} ${currency} has more than ${exponent} decimals`);

  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
  const minor = Number(kept + (beyond >= "5" ? 1n : 0n));
  if (!Number.isSafeInteger(minor)) throw new Error(`${decimal} ${currency} is too large an amount`);
  return sign && minor ? -minor : minor;
}

/** An amount in minor units as a decimal, exactly, with all of the currency's decimals: the inverse of `minorUnits`. */
export function decimalAmount(minor: number, currency: string): string {
  if (!Number.isSafeInteger(minor)) throw new Error(`expected a whole amount of minor units, found ${minor}`);
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  return `${minor < 0 ? "-" : ""}${whole}${exponent > 0 ? `.${digits.slice(-exponent)}` : ""}`;
}
