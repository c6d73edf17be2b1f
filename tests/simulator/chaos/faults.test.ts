/** That a fault of the chaos lab happens, and ends. */
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Postgres, preparedServer, startPostgres } from "../../../local/postgres/postgres.ts";
import type { Stack } from "../../../local/stack.ts";
import { openPatiently, type PatientDatabase } from "../../../simulator/chaos/database.ts";
import { type Faults, openFaults } from "../../../simulator/chaos/faults.ts";
import { until } from "../../until.ts";

let server: Postgres;
let database: PatientDatabase;
let faults: Faults;
let sql: postgres.Sql;
const clocks: number[] = [];

beforeAll(async () => {
  server = await startPostgres({ template: await preparedServer(), fsync: false });
  const [dbUrl, adminUrl] = [server.url(), server.url("supabase_admin")];
  database = openPatiently(dbUrl);
  const functions = { setClock: (ahead: number) => clocks.push(ahead) };
  // What these faults touch of a stack.
  const stack = { dbUrl, adminUrl, postgres: server, functions } as unknown as Stack;
  faults = openFaults({ stack, database, links: {} as never });
  sql = postgres(dbUrl, { max: 2, onnotice() {} });
  await sql`create table public.written (id integer)`;
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.stop();
  await server?.stop();
});

test("disk full: open sessions may read and not write, and write again afterwards", async () => {
  const state = () =>
    sql`insert into public.written values (1)`.then(
      () => "written",
      (error) => error.code as string,
    );
  expect(await state()).toBe("written");
  const over = faults.carryOut({ at: 0, kind: "disk full", ms: 1500 });
  await until("writes are refused", async () => (await state()) === "25006");
  expect(await sql`select count(*)::int > 0 as read from public.written`).toEqual([{ read: true }]);
  await over;
  await until("writes are taken again", async () => (await state()) === "written");
});

test("what is asked patiently while the disk is full is done when it is not", async () => {
  const over = faults.carryOut({ at: 0, kind: "disk full", ms: 500 });
  await until("writes are refused", async () => {
    const [row] = await sql`show default_transaction_read_only`;
    return row!.default_transaction_read_only === "on";
  });
  await database.ask((client) => client`insert into public.written values (2)`);
  await over;
  expect(await sql`select id from public.written where id = 2`).toHaveLength(1);
});

test("step clock: the functions' clock is set, and right again", async () => {
  await faults.carryOut({ at: 0, kind: "step clock", stepMs: -60_000, ms: 10 });
  expect(clocks).toEqual([-60_000, 0]);
});
