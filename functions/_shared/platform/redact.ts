/** Masks what no log should hold: secrets, tokens, passwords and card numbers in the text that a receiver answered. */

const MASK = "***";

/** What says by its beginning that it is a secret: of signatures, of Stripe, Supabase and Whop. The beginning is kept. */
const PREFIXED =
  /(?<![A-Za-z0-9])(whsec_|whsk_|[sr]k_(?:live|test)_|sb_secret_|sbp_|ws_(?=[0-9a-f]{32}))[A-Za-z0-9+/=_-]{8,}/g;

/** Three parts, or two where it was cut. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g;

/** "Bearer" is a word too: only what cannot be one follows it. */
const BEARER = /\b(Bearer\s{1,5})([A-Za-z0-9._~+/=-]{8,})/gi;

/** A user and password in base64. */
const BASIC = /(authorization\W{1,10}basic\s{1,5})[A-Za-z0-9+/=]{4,}/gi;

/** How a name leads to its value: `"name": "`, `name=`, `name: `, also in JSON within JSON. */
const LEADS = String.raw`\\{0,3}["']?\s{0,5}[:=]\s{0,5}`;

/** Whatever the password is: in quotes all of it, else up to a blank or what separates fields. */
const PASSWORD = new RegExp(
  `((?:password|passwd|passphrase|pwd)(?:[_-]?(?:hash|confirmation))?${LEADS})` +
    String.raw`(?:(")((?:[^"\\]|\\[\s\S]?)+)|(\\{1,3}")([^"\\]+)|(')([^']+)|()([^\s"'&,;<>{}\[\]\\]+))`,
  "gi",
);

/** What is named as a secret; its value is masked where it looks like one. */
const NAMED = new RegExp(
  `((?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|credentials?|authorization)(?:s|[_-]?(?:key|value))?` +
    String.raw`${LEADS}\\{0,3}["']?(?:(?:bearer|token)\s{1,5})?)([A-Za-z0-9+/=_.~%-]{8,})`,
  "gi",
);

/** Digits in one piece or in groups, by themselves. */
const DIGITS = /(?<![\w.])\d(?:[ -]?\d){12,}(?!\w)/g;

/**
 * `text` with `***` in the place of every secret that shows itself as one: by how it begins, by the name it has, or by being a card
 * number. All else stays as it is; it never becomes longer, and takes a time that grows with its length alone.
 */
export function redact(text: string): string {
  return text
    .replace(PREFIXED, `$1${MASK}`)
    .replace(JWT, MASK)
    .replace(BEARER, maskIfSecret)
    .replace(BASIC, `$1${MASK}`)
    .replace(PASSWORD, maskPassword)
    .replace(NAMED, maskIfSecret)
    .replace(DIGITS, maskCards);
}

/** Letters and digits mixed, or letters too many for a word. A number alone is an amount, a time or an id. */
function maskIfSecret(all: string, lead: string, value: string): string {
  const secret = /[A-Za-z]/.test(value) && (/\d/.test(value) || value.length >= 24);
  return secret ? lead + MASK : all;
}

/** `found`: for each way to quote a value the quote and the value, of which one way is there. */
function maskPassword(all: string, lead: string, ...found: (string | undefined)[]): string {
  const way = [0, 2, 4, 6].find((n) => found[n + 1] !== undefined)!;
  const [quote, value] = [found[way]!, found[way + 1]!];
  if (quote === "" && /^(null|true|false)$/.test(value)) return all;
  return lead + quote + MASK.slice(0, value.length);
}

/** Masks each card in a row of groups of digits: it begins and ends where a group does. */
function maskCards(row: string): string {
  // Groups, with what separates them in between.
  const parts = row.split(/([ -])/);
  const kept: string[] = [];
  for (let at = 0; at < parts.length; ) {
    const end = endOfCard(parts, at);
    kept.push(end > at ? MASK : parts[at]!, parts[Math.max(end, at + 1)] ?? "");
    at = Math.max(end, at + 1) + 1;
  }
  return kept.join("");
}

/** Where the longest card that begins with the group at `start` ends; `start` when none does. */
function endOfCard(parts: string[], start: number): number {
  let digits = "";
  let end = start;
  for (let at = start; at < parts.length && digits.length + parts[at]!.length <= 19; at += 2) {
    digits += parts[at];
    if (isCard(digits)) end = at + 1;
  }
  return end;
}

/** Of a length and beginning that cards have, with the check digit right (Luhn). */
function isCard(digits: string): boolean {
  if (!/^(?:[4-6]\d{12,18}|3\d{13,18}|2[2-7]\d{14})$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = Number(digits.at(-1 - i)) * (1 + (i % 2));
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
