/** What anybody might send, for the tests of "any …" (fast-check): odd JSON, damaged events, header text and bodies. */
import fc from "fast-check";
import { utf8 } from "../../functions/_shared/crypto/signature.ts";

/** Any JSON, two times in three one of the values that matter most, to which a test can add its own. */
export const json = (...more: unknown[]): fc.Arbitrary<unknown> => {
  const telling = fc.constantFrom<unknown[]>(
    ...[null, true, false, 0, -1, 1.5, 2 ** 53, 1e300],
    ...["\0", "a\0b", "\ud800", "a\ud800"], // what Postgres cannot store
    ...["", "🎓".repeat(40), "🎓".repeat(400), "x".repeat(20_000)], // and what is too short or too long
    ...["__proto__", "toString", "5000", "1e5", "9".repeat(40)],
    ...[[], {}, [null], { id: "x" }],
    ...more,
  );
  return fc.oneof(fc.jsonValue({ maxDepth: 3 }), { arbitrary: telling, weight: 2 });
};

/** The path of every value in a document, the whole document's (none) first. */
function paths(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, child]) => paths(child, [...at, key]))];
}

function replaced(document: unknown, [first, ...rest]: string[], value: unknown): unknown {
  if (first === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...(document as object) };
  (copy as Record<string, unknown>)[first] = replaced((document as Record<string, unknown>)[first], rest, value);
  return copy;
}

/** One of these documents, in which up to four values, at any depth, became something else or, one time in four, nothing (`undefined`). */
export const damaged = (samples: unknown[], odd = json()): fc.Arbitrary<unknown> => {
  const change = fc.tuple(fc.nat(), fc.oneof({ arbitrary: odd, weight: 3 }, fc.constant(undefined)));
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 4 })).map(([sample, changes]) =>
    changes.reduce((document, [pick, value]) => {
      const all = paths(document);
      return replaced(document, all[pick % all.length]!, value);
    }, sample),
  );
};

/** What a header can carry at all: bytes but for control characters. */
export const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
});

/** Any bytes as a body, mostly no text. */
export const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)); // from: typed as on an ArrayBuffer

/** Any text that a sender can write as UTF-8. */
export const anyText = fc.string({ unit: "binary" }).map((text) => new TextDecoder().decode(utf8(text)));

/** These bytes with any one of them altered. */
export const oneByteAltered = (bytes: Uint8Array) =>
  fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
    const altered = Uint8Array.from(bytes);
    altered[at]! ^= flip;
    return altered;
  });
