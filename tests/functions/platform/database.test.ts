import fc from "fast-check";
import { expect, test } from "vitest";
import { withValues } from "../../../functions/_shared/platform/database.ts";
import { anyString } from "../arbitraries.ts";

test("encloses text in quotes that the text cannot end", () => {
  fc.assert(
    fc.property(
      anyString.filter((text) => !text.includes("\0")),
      (text) => {
        const statement = withValues("select $1", [text]);
        const quote = /^select (\$v[0-9a-f]{32}\$)/.exec(statement)![1]!;
        expect(statement).toBe(`select ${quote}${text}${quote}`);
        expect(text.includes(quote)).toBe(false);
      },
    ),
  );
});

test("leaves a value that looks like a placeholder unchanged", () => {
  expect(withValues("select $1, $2", ["$2 $1 '", 7])).toMatch(/^select (\$v\w+\$)\$2 \$1 '\1, 7$/);
});

test("writes numbers, booleans and null as literals", () => {
  expect(withValues("select $1, $2, $3", [1, true, null])).toBe("select 1, true, null");
});

test("writes arrays and objects as JSON text", () => {
  expect(withValues("select $1::text::jsonb", [[{ a: "b'c" }]])).toMatch(
    /^select (\$v\w+\$)\[\{"a":"b'c"\}\]\1::text::jsonb$/,
  );
});

test("leaves out NUL, which would end the statement early", () => {
  expect(withValues("select $1", ["a\0b"])).toContain("ab");
});

test("rejects a placeholder without a value", () => {
  expect(() => withValues("select $2", ["a"])).toThrow("no value for $2");
});
