/** Reading DER (X.690), as far as certificates need it: strictly, since two readings of one signed text would be a way in. */
import type { Bytes } from "../signature.ts";

/** One element. */
export interface Der {
  tag: number;
  content: Bytes;
  /** With its tag and length: what signatures and comparisons of names are over. */
  whole: Bytes;
}

/** The kinds of elements that certificates are made of. */
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

/** The elements that `bytes` are, one after the other. @throws Error when they are not. */
export function elements(bytes: Bytes): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const one = element(bytes.subarray(at));
    found.push(one);
    at += one.whole.length;
  }
  return found;
}

/** The only element that `bytes` are. @throws Error when it is another, or there is more. */
export function only(bytes: Bytes, tag: number): Der {
  const [one, ...more] = elements(bytes);
  if (!one || more.length > 0) throw new Error("expected exactly one DER element");
  return expect(one, tag);
}

/** `one`, which has to be there and to have this tag. */
export function expect(one: Der | undefined, tag: number): Der {
  if (one?.tag !== tag) throw new Error(`expected a DER element of tag ${tag}, found ${one ? one.tag : "nothing"}`);
  return one;
}

function element(bytes: Bytes): Der {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new Error("a DER element is cut short");
  if ((tag & 0x1f) === 0x1f) throw new Error("a DER tag is of the long form, which no certificate uses");
  let start = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count) throw new Error("a DER length is odd");
    start += count;
    length = bytes.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0);
    if (length < 0x80 || length < 256 ** (count - 1)) throw new Error("a DER length is not the shortest");
  }
  const end = start + length;
  if (end > bytes.length) throw new Error("a DER element is cut short");
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(0, end) };
}

/** An object identifier as it is written: "2.5.4.3". */
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
export function timeOf(one: Der | undefined): number {
  const text = one ? new TextDecoder("latin1").decode(one.content) : "";
  const short = one?.tag === TAG.utcTime && /^\d{12}Z$/.test(text);
  if (!short && !(one?.tag === TAG.time && /^\d{14}Z$/.test(text))) throw new Error("expected a time in DER");
  const full = short ? `${text < "5" ? "20" : "19"}${text}` : text;
  const ms = Date.parse(full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(ms)) throw new Error("a time in DER is none");
  return ms;
}

/** The content of a BIT STRING of whole bytes. */
export function bitString(one: Der | undefined): Bytes {
  const { content } = expect(one, TAG.bits);
  if (content[0] !== 0) throw new Error("expected a DER bit string of whole bytes");
  return content.subarray(1);
}
