/**
 * Parameters as Stripe's API takes them, in a body or a query: `{ a: { b: [{ c: 1 }] } }` is `a[b][0][c]=1`
 * (docs.stripe.com/api). A member that is undefined is left out.
 */
export type FormValue = string | number | boolean | null | undefined | FormValue[] | { [name: string]: FormValue };

export function formOf(parameters: object): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => pairsOf(name, value))
    .join("&");
}

function pairsOf(name: string, value: FormValue): string[] {
  if (value === undefined) return [];
  if (value === null) return [`${encoded(name)}=`]; // unsets it at Stripe
  if (typeof value !== "object") return [`${encoded(name)}=${encoded(String(value))}`];
  return Object.entries(value).flatMap(([step, one]) => pairsOf(`${name}[${step}]`, one));
}

/** Percent-encoded, but for brackets. Half of a surrogate pair, which has no encoding, becomes U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"))
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%5B", "[")
    .replaceAll("%5D", "]");
}
