/**
 * Generators of arbitrary requests for property tests (fast-check): unusual JSON, damaged events, headers and bodies.
 */
import fc from "fast-check";
import { utf8 } from "../../functions/_shared/crypto/signature.ts";

/** Any JSON. Two of three values are edge cases, to which a test can add its own (`more`). */
export const json = (...more: unknown[]): fc.Arbitrary<unknown> => {
  const edgeCase = fc.constantFrom<unknown[]>(
    ...[null, true, false, 0, -1, 1.5, 2 ** 53, 1e300],
    ...["\0", "a\0b", "\ud800", "a\ud800"], // not storable in Postgres
    ...["", "🎓".repeat(40), "🎓".repeat(400), "x".repeat(20_000)], // empty or too long
    ...["__proto__", "toString", "5000", "1e5", "9".repeat(40)],
    ...[[], {}, [null], { id: "x" }],
    ...more,
  );
  return fc.oneof(fc.jsonValue({ maxDepth: 3 }), { arbitrary: edgeCase, weight: 2 });
};

/** The path of every value in a document; that of the document itself, [], is first. */
function paths(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...at, key]))];
}

/** A copy of `document` with `value` at a path. */
function replaced(document: unknown, [first, ...rest]: string[], value: unknown): unknown {
  if (first === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...(document as object) };
  (copy as Record<string, unknown>)[first] = replaced((document as Record<string, unknown>)[first], rest, value);
  return copy;
}

/** One of `samples` with up to four values, at any depth, replaced by odd ones or, one time in four, by `undefined`. */
export const damaged = (samples: unknown[], odd = json()): fc.Arbitrary<unknown> => {
  const change = fc.tuple(fc.nat(), fc.oneof({ arbitrary: odd, weight: 3 }, fc.constant(undefined)));
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 })).map(([sample, changes]) =>
    changes.reduce((document, [pick, value]) => {
      const all = paths(document);
      return replaced(document, all[pick % all.length]!, value);
    }, sample),
  );
};

/** Any text that a header can contain: bytes except control characters. */
export const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
});

/** Any bytes as a body, usually not valid UTF-8. `Uint8Array.from` gives them the type of a body. */
export const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

const SURROGATES = { first: 0xd800, count: 0x800 };

/**
 * Any string of whole code points, as `unit: "binary"` makes them, but without its table of all 1.1 million, which each
 * process would build first.
 */
export const anyString = fc.string({
  unit: fc.nat({ max: 0x10ffff - SURROGATES.count }).map(
    (index) => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count),
    (text) => {
      const code = typeof text === "string" && text !== "" ? text.codePointAt(0)! : -1;
      if (code < 0 || text !== String.fromCodePoint(code)) throw new Error("not one code point");
      return code < SURROGATES.first ? code : code - SURROGATES.count;
    },
  ),
});

/** Any text that can be encoded as UTF-8. */
export const anyText = anyString.map((text) => new TextDecoder().decode(utf8(text)));

/** `bytes` with one byte changed. */
export const oneByteAltered = (bytes: Uint8Array) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
    const altered = Uint8Array.from(bytes);
    altered[at]! ^= flip;
    return altered;
  });
