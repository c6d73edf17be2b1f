import fc from "fast-check";
import { expect, test } from "vitest";
import { withValues } from "../../../functions/_shared/platform/database.ts";

test("text stands between quotes that it cannot end", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
      (text) => {
        const statement = withValues("select $1", [text]);
        const quote = /^select (\$v[0-9a-f]{32}\$)/.exec(statement)![1]!;
        expect(statement).toBe(`select ${quote}${text}${quote}`);
        expect(text.includes(quote)).toBe(false);
      },
    ),
  );
});

test("what looks like a place in a value is left alone", () => {
  expect(withValues("select $1, $2", ["$2 $1 '", 7])).toMatch(/^select (\$v\w+\$)\$2 \$1 '\1, 7$/);
});

test("numbers, true, false and null are written as such", () => {
  expect(withValues("select $1, $2, $3", [1, true, null])).toBe("select 1, true, null");
});

test("lists and objects go as JSON text", () => {
  expect(withValues("select $1::text::jsonb", [[{ a: "b'c" }]])).toMatch(
    /^select (\$v\w+\$)\[\{"a":"b'c"\}\]\1::text::jsonb$/,
  );
});

test("a NUL, which would end the statement early, is left out", () => {
  expect(withValues("select $1", ["a\0b"])).toContain("ab");
});

test("a place without a value is an error", () => {
  expect(() => withValues("select $2", ["a"])).toThrow("no value for $2");
});
