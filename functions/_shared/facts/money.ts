/**
 * Money is an integer in minor units plus an upper-case ISO 4217 code, everywhere in Signalbox.
 *
 * The minor unit of a currency is the one that Stripe charges in, so that a Stripe amount is stored and sent unchanged.
 * Stripe differs from ISO 4217 for three currencies: ISK and UGX are counted in hundredths (1 króna is 100;
 * docs.stripe.com/currencies, "Special cases", which overrides the list of zero-decimal currencies that also has UGX),
 * and MGA in whole ariary.
 */
const EXPONENTS = new Map<string, number>();
for (const code of "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ")) EXPONENTS.set(code, 0);
for (const code of "BHD IQD JOD KWD LYD OMR TND".split(" ")) EXPONENTS.set(code, 3);

/** The number of decimals of an amount in this currency: EUR 2, XAF 0, KWD 3. */
export function exponentOf(currency: string): number {
  return EXPONENTS.get(currency) ?? 2;
}

/** An ISO 4217 code in upper case; null if `text` is not three letters. */
export function currencyCode(text: string): string | null {
  return /^[A-Za-z]{3}$/.test(text) ? text.toUpperCase() : null;
}

/**
 * Converts a decimal amount to minor units, exactly: `minorUnits("49.99", "EUR")` is 4999, `minorUnits("30000", "XAF")`
 * is 30000. Works on the digits and never on a float: pass a JSON number as `String(number)`.
 * @param excess What to do with more decimals than the currency has: refuse them, or round half away from zero.
 * @throws Error when it is not a decimal amount, has too many decimals, or is too large for a JavaScript integer.
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
  if (!Number.isSafeInteger(minor))
    throw new Error(
      `${decimal} ${currency} is too large: the largest amount is ${Number.MAX_SAFE_INTEGER} minor units`,
    );
  return sign && minor ? -minor : minor;
}

/**
 * Converts an amount in minor units to a decimal amount, exactly, with all decimals of the currency: the inverse of
 * `minorUnits`. @throws Error when `minor` is not a whole number.
 */
export function decimalAmount(minor: number, currency: string): string {
  if (!Number.isSafeInteger(minor)) throw new Error(`expected a whole amount of minor units, found ${minor}`);
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  return `${minor < 0 ? "-" : ""}${whole}${exponent > 0 ? `.${digits.slice(-exponent)}` : ""}`;
}
