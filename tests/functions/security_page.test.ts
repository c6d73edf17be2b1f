/** docs/security.md names the test that shows each of its lines: each of them exists, by file and name. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(at("docs/security.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => /^\| [ABC]\d/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replaceAll("|", "").trim()));
const NAMED = /`(tests\/[^`]+?) › ([^`]+)`/g;
const named = [...page.matchAll(NAMED)].map(([, file, name]) => [file!, name!] as const);

/** Whether a file has a test of that name: its title, or in SQL an assertion's, where ' is written ''. */
function has(file: string, name: string): boolean {
  const text = readFileSync(at(file), "utf8");
  if (file.endsWith(".sql")) return text.includes(`'${name.replaceAll("'", "''")}'`);
  return [`"${name}"`, `'${name}'`, `\`${name}\``].some((title) => text.includes(title));
}

describe("the table of threats", () => {
  test("has a line for each that was found: A1 to A7, B8, B9 and C1 to C8", () => {
    const found = new Set(rows.map(([id]) => id!.replace(/[a-z]$/, "")));
    const wanted = [
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => `A${n}`),
      ...["B8", "B9"],
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `C${n}`),
    ];
    expect(wanted.filter((id) => !found.has(id))).toEqual([]);
  });

  test.each(rows.map((cells) => [cells[0]!, cells] as const))(
    "says in line %s who, what, what stops it, and which test shows it",
    (_, cells) => {
      expect(cells).toHaveLength(5);
      expect(cells.every((cell) => cell !== "")).toBe(true);
      expect(cells[4]!.match(NAMED), cells[4]).not.toBeNull();
    },
  );
});

test.each(named)("%s has the test: %s", (file, name) => {
  expect(existsSync(at(file)), `${file} does not exist`).toBe(true);
  expect(has(file, name), `${file} has no test of this name`).toBe(true);
});
