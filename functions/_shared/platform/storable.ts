/**
 * The one place that makes external text storable in Postgres, which rejects NUL in text and unpaired surrogates in
 * jsonb. Either would fail the whole statement.
 */

/** `text` cut to `max` characters, without NUL; an unpaired surrogate (half of an emoji) becomes U+FFFD. */
export function storable(text: string, max = Number.POSITIVE_INFINITY): string {
  const cut = text.length > max ? text.slice(0, max) : text;
  return cut.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** `value` as JSON that Postgres can store as jsonb: `storable` is applied to every text and name in it. */
export function storableJson(value: object): string {
  // JSON.stringify escapes a surrogate only if it is unpaired. Escaped backslashes are matched too, so that they are
  // skipped.
  return JSON.stringify(value).replace(/\\(?:u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g, (found) => {
    if (found === "\\u0000") return "";
    return /^\\u[dD]/.test(found) ? "\uFFFD" : found;
  });
}
