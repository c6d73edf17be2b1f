/**
 * A project made before 2026-10-30: whatever is made in schema public is granted to the API's roles by default. The
 * migrations leave nothing of that, and what the database tests say of rights holds there too.
 */
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { pgtapFiles, runPgtap } from "../../scripts/test/pgtap.ts";

/** Of tests/database: what decides who may do what. */
const RIGHTS = /^(grants|([a-z]+\/)?policies)\//;

let stack: Stack;
let sql: postgres.Sql;

beforeAll(async () => {
  const background = { cron: false, pgNet: false };
  stack = await startStack({ prepared: true, fsync: false, background, legacyPrivileges: true });
  sql = postgres(stack.dbUrl, { max: 1, onnotice() {} });
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await stack?.stop();
});

test("the grants and the policies are those of a new project", async () => {
  const folder = path.resolve(import.meta.dirname, "../database");
  const files = (await pgtapFiles()).filter((file) => RIGHTS.test(path.relative(folder, file)));
  const lines: string[] = [];
  const { passed, failed } = await runPgtap([stack.dbUrl], files, (line) => lines.push(line));
  expect(failed, lines.filter((line) => line.startsWith("FAILED")).join("\n")).toBe(0);
  expect(passed).toBeGreaterThan(files.length);
});

test.each([
  ["table", "public.later (id integer)", "relacl from pg_class c where c.oid = 'public.later'::regclass"],
  ["sequence", "public.later", "relacl from pg_class c where c.oid = 'public.later'::regclass"],
  [
    "function",
    "public.later() returns integer return 1",
    "proacl from pg_proc p where p.oid = 'public.later'::regproc",
  ],
])("a %s that a later migration makes is granted to none of the API's roles", async (kind, what, acl) => {
  await sql.unsafe(`create ${kind} ${what}`);
  const granted = await sql.unsafe(`
    select r.rolname from (select ${acl}) made (acl), aclexplode(made.acl) one join pg_roles r on r.oid = one.grantee
    where r.rolname in ('anon', 'authenticated', 'service_role')`);
  await sql.unsafe(`drop ${kind} public.later`);
  expect(granted.map(({ rolname }) => rolname)).toEqual([]);
});
