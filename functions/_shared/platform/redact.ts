/** Masks secrets, tokens, passwords and card numbers in the text of a receiver's response before it is stored. */

const MASK = "***";

/** Secrets that are known by a prefix: of Standard Webhooks, Stripe, Supabase and Whop. The prefix is kept. */
const PREFIXED_SECRET =
  /(?<![A-Za-z0-9])(whsec_|whsk_|[sr]k_(?:live|test)_|sb_secret_|sbp_|ws_(?=[0-9a-f]{32}))[A-Za-z0-9+/=_-]{8,}/g;

/** A JWT: three parts, or two where the text was cut. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g;

/** A bearer token. "Bearer" is also an English word, so `maskIfSecret` decides whether a token follows it. */
const BEARER = /\b(Bearer\s{1,5})([A-Za-z0-9._~+/=-]{8,})/gi;

/** HTTP basic credentials: user and password in base64. */
const BASIC = /(authorization\W{1,10}basic\s{1,5})[A-Za-z0-9+/=]{4,}/gi;

/** The separator between a name and its value: `"name": "`, `name=`, `name: `, also in JSON within JSON. */
const SEPARATOR = String.raw`\\{0,3}["']?\s{0,5}[:=]\s{0,5}`;

/** A password of any form: the whole quoted value, or the text up to a space or a field separator. */
const PASSWORD = new RegExp(
  `((?:password|passwd|passphrase|pwd)(?:[_-]?(?:hash|confirmation))?${SEPARATOR})` +
    String.raw`(?:(")((?:[^"\\]|\\[\s\S]?)+)|(\\{1,3}")([^"\\]+)|(')([^']+)|()([^\s"'&,;<>{}\[\]\\]+))`,
  "gi",
);

/** A value whose name says that it is a secret. It is masked only where it looks like one (`maskIfSecret`). */
const NAMED_SECRET = new RegExp(
  "((?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|credentials?|authorization)" +
    "(?:s|[_-]?(?:key|value))?" +
    String.raw`${SEPARATOR}\\{0,3}["']?(?:(?:bearer|token)\s{1,5})?)([A-Za-z0-9+/=_.~%-]{8,})`,
  "gi",
);

/** 13 or more digits on their own, in one piece or in groups. */
const DIGITS = /(?<![\w.])\d(?:[ -]?\d){12,}(?!\w)/g;

/**
 * Replaces every secret in `text` by `***` if it can be recognised: by its prefix, by its name, or as a card number.
 * All other text is unchanged. The result is never longer than `text`, and the time is linear in its length.
 */
export function redact(text: string): string {
  return text
    .replace(PREFIXED_SECRET, `$1${MASK}`)
    .replace(JWT, MASK)
    .replace(BEARER, maskIfSecret)
    .replace(BASIC, `$1${MASK}`)
    .replace(PASSWORD, maskPassword)
    .replace(NAMED_SECRET, maskIfSecret)
    .replace(DIGITS, maskCards);
}

/**
 * Masks `value` if it mixes letters and digits or is too long for a word. A number alone is an amount, a time or an id.
 */
function maskIfSecret(match: string, lead: string, value: string): string {
  const secret = /[A-Za-z]/.test(value) && (/\d/.test(value) || value.length >= 24);
  return secret ? lead + MASK : match;
}

/** @param groups The quote and the value for each of the four ways to quote a value; one pair is set. */
function maskPassword(match: string, lead: string, ...groups: (string | undefined)[]): string {
  const pair = [0, 2, 4, 6].find((n) => groups[n + 1] !== undefined)!;
  const [quote, value] = [groups[pair]!, groups[pair + 1]!];
  if (quote === "" && /^(null|true|false)$/.test(value)) return match;
  return lead + quote + MASK.slice(0, value.length);
}

/** Masks each card number in a sequence of digit groups. A card number starts and ends at a group boundary. */
function maskCards(digits: string): string {
  // The groups, with their separators in between.
  const parts = digits.split(/([ -])/);
  const masked: string[] = [];
  for (let at = 0; at < parts.length; ) {
    const end = endOfCard(parts, at);
    masked.push(end > at ? MASK : parts[at]!, parts[Math.max(end, at + 1)] ?? "");
    at = Math.max(end, at + 1) + 1;
  }
  return masked.join("");
}

/** The end index of the longest card number that starts with the group at `start`; `start` if there is none. */
function endOfCard(parts: string[], start: number): number {
  let digits = "";
  let end = start;
  for (let at = start; at < parts.length && digits.length + parts[at]!.length <= 19; at += 2) {
    digits += parts[at];
    if (isCard(digits)) end = at + 1;
  }
  return end;
}

/** Whether `digits` has the length and prefix of a card number and a valid check digit (Luhn). */
function isCard(digits: string): boolean {
  if (!/^(?:[4-6]\d{12,18}|3\d{13,18}|2[2-7]\d{14})$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = Number(digits.at(-1 - i)) * (1 + (i % 2));
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
