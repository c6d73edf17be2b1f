/** What `npm run check` finds in names, in line widths, in sql/ and in migrations. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findStaleNames, openNames } from "../../scripts/check/comments.ts";
import { checkMigrations } from "../../scripts/check/index.ts";
import { findMisnamed } from "../../scripts/check/names.ts";
import { findSqlProblems } from "../../scripts/check/sql.ts";
import { findWideLines } from "../../scripts/check/width.ts";
import { releasedMigrationProblems, releases } from "../../scripts/schema/released.ts";

describe("names", () => {
  test.each([
    "functions/payment-status/index.ts",
    "functions/_shared/http/read_body.ts",
    "sql/10-inbox/10-tables/10-events.sql",
    "docs/decisions/0001-sql_decides.md",
    "README.md",
    ".dependency-cruiser.cjs",
    "tests/scripts/check.test.ts",
  ])("%s is right", (file) => expect(findMisnamed([file])).toEqual([]));

  test.each([
    ["local/pg-net.ts", "pg-net.ts"],
    ["functions/_shared/http/readBody.ts", "readBody.ts"],
    ["functions/payment-status/payment-status.ts", "payment-status.ts"],
    ["tests/stack/late-refunds/index.ts", "late-refunds"],
  ])("%s is not: %s", (file, part) => {
    expect(findMisnamed([file])).toEqual([`${file}: "${part}" is not snake_case. Rename it.`]);
  });
});

describe("width", () => {
  const wide = `select ${"x, ".repeat(40)}y`;

  test("a line of 120 columns is right, whatever its bytes", () => {
    expect(findWideLines("a.sql", `-- ${"é".repeat(58)} ${"…".repeat(58)}`)).toEqual([]);
  });
  test("a wider one is not", () => {
    expect(findWideLines("a.sql", `select 1;\n${wide}\n`)).toEqual(["a.sql:2: 128 columns. Wrap it at 120."]);
  });
  test("a row of a Markdown table may be wide, and a paragraph may not", () => {
    expect(findWideLines("a.md", `| ${wide} |\n${wide}\n`)).toEqual(["a.md:2: 128 columns. Wrap it at 120."]);
  });
  test("a comment that is one address may be wide", () => {
    expect(findWideLines("a.ts", `  // https://example.com/${"a".repeat(120)}`)).toEqual([]);
  });
});

describe("file names in comments", () => {
  const isThere = openNames(["local/edge_runtime.ts", "local/functions.ts", "docs/limits.md"]);
  const stale = (file: string, text: string) => findStaleNames(file, text, isThere);

  test.each([
    ["a path", "local/a.ts", "/** See docs/limits.md. */"],
    ["a name, wherever the file is", "functions/a.ts", "const a = 1; // as edge_runtime.ts does"],
    ["one beside it", "local/a.ts", "/**\n * See ./functions.ts.\n */"],
    ["one in code, which the compiler checks", "local/a.ts", 'import { a } from "./gone.ts";'],
    ["one in an address", "local/a.ts", "// https://example.com/gone.md"],
    ["a placeholder", "local/a.ts", "// functions/<name>/gone.ts"],
    ["a provider's own", "local/a.ts", "// Disputes.d.ts says so."],
  ])("%s is right", (_, file, text) => expect(stale(file, text)).toEqual([]));

  test.each([
    ["local/a.ts", "/**\n * See edge-runtime.ts.\n */", 2, "edge-runtime.ts"],
    ["local/a.ts", "a(); // bootstrap/limits.md", 1, "bootstrap/limits.md"],
    ["sql/a.sql", "select 1; -- platform.md, section 5", 1, "platform.md"],
    ["supabase/config.toml", "# caller.ts asks", 1, "caller.ts"],
    ["knip.jsonc", "{\n  // tests/browser.ts\n}", 2, "tests/browser.ts"],
  ])("in %s, %j is found", (file, text, line, name) => {
    expect(stale(file, text)).toEqual([`${file}:${line}: there is no ${name}. Name the file that is meant.`]);
  });
});

describe("sql/", () => {
  const FUNCTION = `-- Adds.
create function commerce.add(a int, b int) returns int language sql as $$
  create table made_by_the_body.and_not_by_the_file (id int);
$$;
`;

  test("a function in its own file, with a comment, is right", () => {
    const text = `${FUNCTION}comment on function commerce.add(int, int) is 'Adds.';`;
    expect(findSqlProblems("sql/30-commerce/20-stock/add.sql", text)).toEqual([]);
  });
  test("a table may carry a number, an index, a trigger", () => {
    const text = `create table public.orders (id int);
comment on table public.orders is 'Orders.';
create index orders_by_id on public.orders (id);`;
    expect(findSqlProblems("sql/30-commerce/10-tables/20-orders.sql", text)).toEqual([]);
  });
  test("a file that creates no object may have any name", () => {
    expect(findSqlProblems("sql/90-grants/grants.sql", "grant usage on schema ops to authenticated;")).toEqual([]);
  });
  test("a comment on a function's namesake is none on it", () => {
    const text = `${FUNCTION}comment on function commerce.add_all(int) is 'Adds.';`;
    expect(findSqlProblems("sql/30-commerce/20-stock/add.sql", text)).toEqual([
      "sql/30-commerce/20-stock/add.sql: function commerce.add has no comment. Add: comment on function commerce.add …",
    ]);
  });
  test("a file with another name than its object's is found", () => {
    const text = `${FUNCTION}comment on function commerce.add(int, int) is 'Adds.';`;
    expect(findSqlProblems("sql/30-commerce/20-stock/10-sum.sql", text)).toEqual([
      "sql/30-commerce/20-stock/10-sum.sql: creates commerce.add. Name the file 10-add.sql.",
    ]);
  });
  test("a second object in a file is found", () => {
    const text = `create view ops.a as select 1; comment on view ops.a is 'A.';
create view ops.b as select 1;
comment on view ops.b is 'B.';`;
    expect(findSqlProblems("sql/80-ops/b.sql", text)).toEqual([
      "sql/80-ops/b.sql: also creates ops.a. Move it to a file of its own.",
      "sql/80-ops/b.sql: view ops.a has no comment. Add: comment on view ops.a …",
    ]);
  });
});

describe("migrations", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "check-test-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function found(migration: string): Promise<string | undefined> {
    const file = path.join(folder, "20990101000000_later.sql");
    await writeFile(file, `set lock_timeout = '5s';\n${migration}\n`);
    return checkMigrations([file]);
  }

  test("a table that is new, and a column that may be empty, are safe", async () => {
    expect(await found("create table public.notes (id bigint primary key, body text not null);")).toBeUndefined();
    expect(await found("alter table public.orders add column note text;")).toBeUndefined();
  });
  test.each([
    ["alter table public.orders add column note text not null;", "adding-required-field"],
    ["alter table public.orders drop column number;", "ban-drop-column"],
    ["alter table public.orders alter column number type integer;", "changing-column-type"],
    ["alter table public.orders add constraint positive check (total_minor > 0);", "constraint-missing-not-valid"],
    ["create function public.f() returns int language sql as $$ selec 1 $$;", "syntax-error"],
  ])("%s is found: %s", async (migration, rule) => expect(await found(migration)).toContain(rule));

  test("a finding that is meant is left out by a comment", async () => {
    const migration = "-- squawk-ignore ban-drop-column\nalter table public.orders drop column number;";
    expect(await found(migration)).toBeUndefined();
  });
});

describe("migrations of a release", () => {
  let root: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=tests", "-c", "user.email=tests@tests.example", ...args], { cwd: root });
  const write = (name: string, text: string) => writeFile(path.join(root, "supabase/migrations", name), text);
  const problems = (...files: string[]) => releasedMigrationProblems(files, root);

  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "signalbox-released-"));
    await mkdir(path.join(root, "supabase/migrations"), { recursive: true });
    git("init", "--quiet");
    await write("20260101000000_first.sql", "select 1;\n");
    await write("20260301000000_second.sql", "select 2;\n");
    git("add", ".");
    git("commit", "--quiet", "--message", "1.0.0");
    git("tag", "v1.0.0");
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test("a later one may be added", async () => {
    expect(await releases(root)).toEqual(["v1.0.0"]);
    expect(await problems("20260101000000_first.sql", "20260301000000_second.sql", "20260401000000_third.sql")).toEqual(
      [],
    );
  });
  test("one that was changed is found", async () => {
    await write("20260301000000_second.sql", "select 3;\n");
    const found = await problems("20260101000000_first.sql", "20260301000000_second.sql");
    await write("20260301000000_second.sql", "select 2;\n");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/second\.sql is in v1\.0\.0, and was changed.*git checkout v1\.0\.0 -- /);
  });
  test("one that is gone is found: the migrations were squashed", async () => {
    expect(await problems("20260101000000_first.sql")).toEqual([
      expect.stringMatching(/second\.sql is in v1\.0\.0, and is gone/),
    ]);
  });
  test("one that goes before the last of the release is found: its databases refuse it", async () => {
    expect(await problems("20260101000000_first.sql", "20260201000000_late.sql", "20260301000000_second.sql")).toEqual([
      expect.stringMatching(/late\.sql goes before 20260301000000_second\.sql.*Rename it/),
    ]);
  });
  test("a copy without git has no releases, and is well", async () => {
    const copy = await mkdtemp(path.join(os.tmpdir(), "signalbox-copy-"));
    expect(await releasedMigrationProblems(["20260101000000_first.sql"], copy)).toEqual([]);
    await rm(copy, { recursive: true });
  });
});
