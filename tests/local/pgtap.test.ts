/** pgTAP as the database tests use it, and extensions as migrations ask for them. */
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPgtap } from "../../local/postgres/pgtap.ts";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { startTestPostgres } from "./test_postgres.ts";

let database: Postgres;
let sql: postgres.Sql;
const notices: string[] = [];

/** Runs a test file as a runner would: in one go, its lines of TAP joined. */
const tap = async (text: string): Promise<string> => {
  const results = (await sql.unsafe(text)) as unknown as postgres.Row[][];
  return results.flatMap((rows) => rows.flatMap((row) => Object.values(row))).join("\n");
};

beforeAll(async () => {
  database = await startTestPostgres();
  await installPgtap(database.url("supabase_admin"));
  sql = postgres(database.url(), {
    max: 1,
    onnotice: (notice) => notices.push(`${notice.severity}: ${notice.message}`),
  });
});

afterAll(async () => {
  await sql?.end({ timeout: 0 });
  await database?.stop();
});

test.each(["pg_net", "pg_cron", "supabase_vault", "pgtap"])(
  "create extension if not exists %s passes with a notice",
  async (name) => {
    notices.length = 0;
    await sql.unsafe(`create extension if not exists ${name}`);
    await sql.unsafe(`create extension if not exists ${name} with schema extensions`);
    expect(new Set(notices)).toEqual(new Set([`NOTICE: extension "${name}" already exists, skipping`]));
  },
);

test("a test file for hosted Supabase runs unchanged", async () => {
  const output = await tap(`
    begin;
    create extension if not exists pgtap with schema extensions;
    select plan(3);
    select has_table('net', 'http_request_queue', 'the queue is there');
    select throws_ok($$ select 1 / 0 $$, '22012', 'division by zero', 'division by zero raises');
    select is(1, 1, 'one is one');
    select * from finish();
    rollback;`);
  expect(output).toBe("1..3\nok 1 - the queue is there\nok 2 - division by zero raises\nok 3 - one is one");
});

test("a failed check is reported", async () => {
  const output = await tap("begin; select plan(1); select is(1, 2, 'no'); select * from finish(); rollback;");
  expect(output).toMatch(/^1\.\.1\nnot ok 1 - no\n/);
  expect(output).toContain("# Looks like you failed 1 test of 1");
});

test("checks work in another role", async () => {
  const output = await tap(
    "begin; select plan(1); set local role authenticated; select is(current_user::text, 'authenticated', 'who'); select * from finish(); rollback;",
  );
  expect(output).toBe("1..1\nok 1 - who");
});

test("installing again does no harm", async () => {
  await installPgtap(database.url("supabase_admin"));
  expect(await tap("begin; select plan(1); select pass('still'); rollback;")).toBe("1..1\nok 1 - still");
});
