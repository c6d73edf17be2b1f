/**
 * The contract of the stand-ins (local/extensions, local/postgres/bootstrap): tests/fixtures/contract/statements.json
 * has what the real ones answer, and where that is known from. Each runs in a transaction of its own, which is rolled
 * back.
 *
 * Against a real one: CONTRACT_DATABASE_URL=postgresql://superuser@host:port/postgres CONTRACT_AREAS=pg_cron
 * npm test -- local/contract. Then the answers must be the real ones, also where ours differ.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuthSchema } from "../../../local/auth_schema.ts";
import type { Postgres } from "../../../local/postgres/postgres.ts";
import { withoutNodeNotice } from "../../../local/stack.ts";
import statements from "../../fixtures/contract/statements.json" with { type: "json" };
import { startTestPostgres } from "../test_postgres.ts";

/** `value`: the first column of the first row, as text; "" when there is no row, null when it is null. */
type Answer = { value: string | null } | { error: string; message: string | null };

interface Statement {
  /** The stand-in that it is about. */
  area: string;
  what: string;
  /** The role that it is run as; `before` is run as the superuser. */
  as: string;
  before?: string[];
  run: string;
  /** Of the real one. */
  answer: Answer;
  /** recorded: seen on it. documented: read in its source or documentation. */
  source: "recorded" | "documented";
  from: string;
  /** Of the stand-in, where it differs; a message of null: any. */
  here?: Answer;
  /** Why it may differ. */
  why?: string;
}

const all = statements as Statement[];
const { CONTRACT_DATABASE_URL: realUrl, CONTRACT_AREAS: areas } = process.env;
const chosen = all.filter(({ area, source }) => {
  if (realUrl === undefined) return true;
  return source === "recorded" && (areas?.split(",").includes(area) ?? true);
});

let server: Postgres | undefined;
let admin: postgres.Sql;

beforeAll(async () => {
  if (realUrl === undefined) {
    server = await startTestPostgres();
    await makeAuthSchema(server, () => withoutNodeNotice(() => import("../../../local/data_api.ts")));
  }
  const url = realUrl ?? server!.url("supabase_admin");
  admin = postgres(url, {
    max: 1,
    onnotice() {},
    fetch_types: false,
    connection: { search_path: "public, extensions" },
  });
});

afterAll(async () => {
  await admin?.end({ timeout: 1 });
  await server?.stop();
});

/** Ends a transaction that must leave nothing. */
class RolledBack extends Error {}

async function ask({ as, before = [], run }: Statement): Promise<Answer> {
  let answer: Answer = { value: "" };
  await admin
    .begin(async (sql) => {
      for (const one of before) await sql.unsafe(one);
      await sql.unsafe(`set local role ${as}`);
      try {
        const [row] = await sql.savepoint((inner) => inner.unsafe(run));
        const [value] = row ? Object.values(row) : [""];
        answer = { value: value === null ? null : String(value) };
      } catch (error) {
        if (!(error instanceof postgres.PostgresError)) throw error;
        answer = { error: error.code, message: error.message };
      }
      throw new RolledBack();
    })
    .catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
  return answer;
}

describe.each([...new Set(chosen.map(({ area }) => area))])("%s", (area) => {
  test.each(chosen.filter((one) => one.area === area))("$what", async (statement) => {
    const expected = realUrl === undefined ? (statement.here ?? statement.answer) : statement.answer;
    const answer = await ask(statement);
    if ("message" in expected && expected.message === null) expect(answer).toMatchObject({ error: expected.error });
    else expect(answer).toEqual(expected);
  });
});

test("each difference says why it may be, and the page of differences has it", async () => {
  const page = await readFile(path.join(import.meta.dirname, "../../../docs/reference/stand_ins.md"), "utf8");
  const rows = [...page.matchAll(/^\| *(\w+) *\| *(.+?) *\|/gm)].map(([, area, what]) => `${area}: ${what}`);
  for (const { area, what, here, why } of all) {
    expect({ what, differs: here !== undefined }).toEqual({ what, differs: why !== undefined });
    if (why !== undefined) expect(rows).toContain(`${area}: ${what}`);
  }
});

test("a statement is named once in its area", () => {
  const names = all.map(({ area, what }) => `${area}: ${what}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
