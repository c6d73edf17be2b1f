/**
 * A strict DER parser (X.690) for what certificates contain. It must be strict: an attacker could exploit signed bytes
 * that two parsers read differently.
 */
import type { Bytes } from "../signature.ts";

/** One DER element. */
export interface Der {
  tag: number;
  content: Bytes;
  /** The element with its tag and length. Signatures and comparisons of names use these bytes. */
  whole: Bytes;
}

/** The tags of the elements in certificates. */
export const TAG = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  utcTime: 0x17,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The sequence of elements in `bytes`. @throws Error when they are not valid DER. */
export function elements(bytes: Bytes): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = element(bytes.subarray(at));
    found.push(next);
    at += next.whole.length;
  }
  return found;
}

/** The only element in `bytes`. @throws Error when it has another tag, or when there are more elements. */
export function only(bytes: Bytes, tag: number): Der {
  const [first, ...more] = elements(bytes);
  if (!first || more.length > 0) throw new Error("expected exactly one DER element");
  return expect(first, tag);
}

/** Returns `found`. @throws Error when it is undefined or has another tag. */
export function expect(found: Der | undefined, tag: number): Der {
  if (found?.tag !== tag)
    throw new Error(`expected a DER element of tag ${tag}, found ${found ? found.tag : "nothing"}`);
  return found;
}

function element(bytes: Bytes): Der {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new Error("a DER element is truncated");
  if ((tag & 0x1f) === 0x1f) throw new Error("a DER tag has the long form, which certificates do not use");
  let start = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count) throw new Error("a DER length is invalid");
    start += count;
    length = bytes.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    if (length < 0x80 || length < 256 ** (count - 1)) throw new Error("a DER length is not in its shortest form");
  }
  const end = start + length;
  if (end > bytes.length) throw new Error("a DER element is truncated");
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(0, end) };
}

/** An object identifier in dotted form: "2.5.4.3". */
export function oid({ content }: Der): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - 40 * top, ...rest].join(".");
}

/** A UTCTime or GeneralizedTime, in ms since the epoch (RFC 5280, 4.1.2.5: always to the second, always Z). */
export function timeOf(element: Der | undefined): number {
  const text = element ? new TextDecoder("latin1").decode(element.content) : "";
  const short = element?.tag === TAG.utcTime && /^\d{12}Z$/.test(text);
  if (!short && !(element?.tag === TAG.time && /^\d{14}Z$/.test(text))) throw new Error("expected a DER time");
  const full = short ? `${text < "5" ? "20" : "19"}${text}` : text;
  const ms = Date.parse(full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(ms)) throw new Error("a DER time is not a valid date");
  return ms;
}

/** The content of a BIT STRING of whole bytes. */
export function bitString(element: Der | undefined): Bytes {
  const { content } = expect(element, TAG.bits);
  if (content[0] !== 0) throw new Error("expected a DER bit string of whole bytes");
  return content.subarray(1);
}
