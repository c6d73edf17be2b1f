/**
 * The one place that makes foreign text storable. Postgres refuses NUL in text, and half of a surrogate pair in jsonb; either would fail
 * the whole statement that carries it.
 */

/** `text` as Postgres can store it, cut to `max` characters. Half of a surrogate pair (a cut emoji) becomes U+FFFD. */
export function storable(text: string, max = Number.POSITIVE_INFINITY): string {
  const cut = text.length > max ? text.slice(0, max) : text;
  return cut.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** `value` as JSON that Postgres can store as jsonb: `storable` for every text and every name in it. */
export function storableJson(value: object): string {
  // JSON.stringify writes pairs as characters, so what it writes as an escape is NUL or half of a pair. Escaped backslashes are skipped.
  return JSON.stringify(value).replace(/\\(?:u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g, (found) => {
    if (found === "\\u0000") return "";
    return /^\\u[dD]/.test(found) ? "\uFFFD" : found;
  });
}
