import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withValues } from "../../../functions/_shared/platform/database.ts";
import { storable, storableJson } from "../../../functions/_shared/platform/storable.ts";

describe("storable", () => {
  test("leaves out NUL", () => expect(storable("a\0b")).toBe("ab"));
  test("replaces half of a surrogate pair that a cut left", () => expect(storable("ab😀", 3)).toBe("ab\uFFFD"));
  test("keeps whole pairs", () => expect(storable("a😀b")).toBe("a😀b"));
});

describe("storableJson", () => {
  test("mends texts and names at any depth", () =>
    expect(JSON.parse(storableJson({ "a\0": [{ b: "x\ud83d" }] }))).toEqual({ a: [{ b: "x\uFFFD" }] }));
  test("leaves what only looks like an escape as it is", () => {
    const value = { text: String.raw`\u0000 and \ud83d, and \\u0000` };
    expect(JSON.parse(storableJson(value))).toEqual(value);
  });
  test("is JSON without NUL or lone surrogates, whatever the value, and changes nothing else", () =>
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const wellFormed = (one: unknown): unknown => {
          if (typeof one === "string") return storable(one);
          if (Array.isArray(one)) return one.map(wellFormed);
          if (typeof one !== "object" || one === null) return one;
          return Object.fromEntries(Object.entries(one).map(([name, each]) => [storable(name), wellFormed(each)]));
        };
        const text = storableJson([value]);
        expect(text).not.toMatch(/\\u0000(?<!\\\\u0000)/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify([wellFormed(value)])));
      }),
    ));
});

test("every value of a statement is storable", () => {
  expect(withValues("select $1, $2", ["a\0b", { c: "\ud800" }])).not.toMatch(/\0|\\ud800/);
});
