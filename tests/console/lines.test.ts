import fc from "fast-check";
import { expect, test } from "vitest";
import { indentJson, linesOf } from "../../web/console/src/ui/lines.ts";

const withoutSpace = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part[0] === '"' ? part : ""));

test("numbers keep their spelling, and markup is text", () => {
  const text = '{"amount":90071992547409931234,"price":1.10,"note":"<img src=x onerror=alert(1)>","none":[],"x":{ }}';
  expect(indentJson(text)).toBe(
    [
      "{",
      '  "amount": 90071992547409931234,',
      '  "price": 1.10,',
      '  "note": "<img src=x onerror=alert(1)>",',
      '  "none": [],',
      '  "x": {}',
      "}",
    ].join("\n"),
  );
});

test("of any JSON only space between its parts changes", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const shown = indentJson(text);
      expect(JSON.parse(shown)).toEqual(JSON.parse(text));
      expect(withoutSpace(shown)).toBe(withoutSpace(text));
    }),
  );
});

test("of any text no character other than space is lost", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", ":", "a", "1") }), (text) => {
      expect(indentJson(text).replace(/\s/g, "")).toBe(text);
    }),
  );
});

test("the lines together are the text, and none is long", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é") }), fc.nat(2_000), (text, more) => {
      const whole = text + "b".repeat(more);
      const lines = linesOf(whole);
      expect(lines.join("")).toBe(whole);
      for (const line of lines) expect(line.slice(0, -1)).not.toContain("\n");
      expect(Math.max(0, ...lines.map(({ length }) => length))).toBeLessThanOrEqual(400);
    }),
  );
});

test("a payload of 5 MB in one line becomes lines", () => {
  const payload = JSON.stringify({
    items: Array.from({ length: 60_000 }, (_, i) => ({ id: i, name: "x".repeat(60) })),
  });
  expect(payload.length).toBeGreaterThan(4_900_000);
  expect(linesOf(indentJson(payload)).length).toBeGreaterThan(240_000);
});
