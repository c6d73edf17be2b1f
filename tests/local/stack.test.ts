/** The embedded Supabase as a whole: what it starts, keeps and ends. On a small project of this file's own. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { untilHolds } from "../until.ts";

const SCHEMA = `
create table public.kept (word text primary key);
create schema outbox;
create table outbox.address (url text);
create function outbox.set_functions_url(url text) returns void language sql as $$ insert into outbox.address
  values (url) $$;
`;

const PROBE = `
import postgres from "postgres";
const sql = postgres(Deno.env.get("SUPABASE_DB_URL"), { max: 1, prepare: false });
Deno.serve(async () => {
  const [{ role }] = await sql\`select current_user as role\`;
  return Response.json({ role, pid: Deno.pid, env: Deno.env.toObject() });
});
`;

let folder: string;
let stacks: Stack[];

async function project(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), "stack-test-"));
  await mkdir(path.join(made, "supabase", "migrations"), { recursive: true });
  await mkdir(path.join(made, "functions", "probe"), { recursive: true });
  await writeFile(path.join(made, "functions", "probe", "index.ts"), PROBE);
  await writeFile(
    path.join(made, "supabase", "config.toml"),
    'project_id = "stack-test"\n[functions.probe]\nverify_jwt = false\n',
  );
  await writeFile(path.join(made, "supabase", "migrations", "20260101000000_first.sql"), SCHEMA);
  return made;
}

beforeEach(async () => {
  stacks = [];
  folder = await project();
});

afterEach(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()));
  await rm(folder, { recursive: true, force: true });
});

const migration = (name: string, sql: string) =>
  writeFile(path.join(folder, "supabase", "migrations", `${name}.sql`), sql);

async function start(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({ project: folder, ...options });
  stacks.push(stack);
  return stack;
}

/** The rows of one query, as the owner role. */
async function query(stack: Stack, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(stack.dbUrl, { max: 1, onnotice() {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

/** All processes below this one, but for `ps` itself. */
function descendants(): string[] {
  const all = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, ...args]) => ({ pid, parent, args: args.join(" ") }));
  const below = (parent: string): string[] =>
    all.filter((child) => child.parent === parent).flatMap((child) => [child.args, ...below(child.pid!)]);
  // The test runner's own helpers are none of ours.
  return below(String(process.pid)).filter((args) => !args.startsWith("ps ") && /postgres|deno|supabase/.test(args));
}

describe("a running stack", () => {
  let stack: Stack;
  let home: string;
  const steps: [string, number][] = [];

  beforeAll(async () => {
    home = await project();
    await writeFile(path.join(home, "supabase", "seed.sql"), "insert into public.kept values ('sown');");
    stack = await startStack({
      project: home,
      env: { MY_SECRET: "s" },
      progress: (step, took) => steps.push([step, took]),
    });
  });

  afterAll(async () => {
    await stack?.stop();
    await rm(home, { recursive: true, force: true });
  });

  test("lets a function reach the database as the owner role, and see hosted's variables and the secrets", async () => {
    const { role, env } = await (await fetch(`${stack.functionsUrl}/probe`)).json();
    expect(role).toBe("postgres");
    expect(env).toEqual({
      ...stack.env,
      SUPABASE_FUNCTION_SLUG: "probe",
      SB_EXECUTION_ID: expect.any(String),
      DENO_DEPLOYMENT_ID: expect.any(String),
    });
    expect(env).toMatchObject({
      MY_SECRET: "s",
      SUPABASE_URL: stack.apiUrl,
      SUPABASE_DB_URL: stack.dbUrl,
      SB_REGION: "local",
    });
    expect(JSON.parse(env.SUPABASE_PUBLISHABLE_KEYS)).toEqual({ default: stack.publishableKey });
    expect(JSON.parse(env.SUPABASE_SECRET_KEYS)).toEqual({ default: stack.secretKey });
  });

  test("has told the database where the functions are", async () => {
    expect(await query(stack, "select url from outbox.address")).toEqual([{ url: stack.functionsUrl }]);
  });

  test("has sown the seed", async () => {
    expect(await query(stack, "select word from public.kept")).toEqual([{ word: "sown" }]);
  });

  test("lets a client join a realtime channel at the same address", async () => {
    const client = createClient(stack.apiUrl, stack.publishableKey, { realtime: { transport: WebSocket as never } });
    const joined = new Promise((resolve) => client.channel("hall").subscribe(resolve));
    expect(await joined).toBe("SUBSCRIBED");
    await client.removeAllChannels();
  });

  test("has reported each step with the time it took", async () => {
    expect(steps.map(([step]) => step)).toEqual(["Postgres", "Auth", "Migrations", "Functions", "Realtime", "Workers"]);
    expect(steps.every(([, took]) => took >= 0)).toBe(true);
  });
});

test("data survives a restart, and only pending migrations are applied then", async () => {
  const dataDir = path.join(folder, "data");
  const first = await start({ dataDir });
  await query(first, "insert into public.kept values ('before')");
  await first.stop();
  await migration("20260102000000_second", "insert into public.kept values ('pending');");
  const second = await start({ dataDir });
  expect(await query(second, "select word from public.kept order by word")).toEqual([
    { word: "before" },
    { word: "pending" },
  ]);
});

describe("nothing is left running", () => {
  test("after stop", async () => {
    const stack = await start({ prepared: true });
    await fetch(`${stack.functionsUrl}/probe`);
    expect(descendants()).not.toEqual([]);
    await stack.stop();
    expect(descendants()).toEqual([]);
  });

  test("after a start whose migration fails; the error says what the CLI said", async () => {
    await migration("20260102000000_broken", "select 1 / 0;");
    await expect(start()).rejects.toThrow(
      /The migrations could not be applied \(supabase db push\):\n.*division by zero/s,
    );
    expect(descendants()).toEqual([]);
  });

  test("after a stop while a killed Postgres comes back", async () => {
    const stack = await start({ prepared: true });
    process.kill(await stack.postgres.pid(), "SIGKILL");
    await stack.stop();
    expect(descendants()).toEqual([]);
  });

  test("after a start that was given up", async () => {
    const givenUp = new AbortController();
    const starting = start({ signal: givenUp.signal, progress: (step) => step === "Auth" && givenUp.abort() });
    await expect(starting).rejects.toMatchObject({ name: "AbortError" });
    expect(descendants()).toEqual([]);
  });
});

test("a second start on the same data folder is refused, and the first goes on", async () => {
  const dataDir = path.join(folder, "data");
  const first = await start({ dataDir });
  // A server's own helpers come and go.
  const servers = () => descendants().filter((args) => !args.startsWith("postgres: "));
  const before = servers();
  await expect(start({ dataDir })).rejects.toThrow(
    `Another Signalbox is running on ${dataDir}. Stop it first, or give this one its own --data-dir.`,
  );
  expect(servers()).toEqual(before);
  expect(await query(first, "select 1 as up")).toEqual([{ up: 1 }]);
});

test("a start that was cut off before it was ready is made good by the next one", async () => {
  const dataDir = path.join(folder, "data");
  await migration("20260102000000_broken", "select 1 / 0;");
  await expect(start({ dataDir })).rejects.toThrow("division by zero");
  await migration("20260102000000_broken", "select 1;");
  expect(await query(await start({ dataDir }), "select count(*)::int as n from public.kept")).toEqual([{ n: 0 }]);
});

test("a Postgres that is killed comes back, and functions reach it again", async () => {
  const stack = await start({ prepared: true });
  expect((await fetch(`${stack.functionsUrl}/probe`)).status).toBe(200);
  const killed = await stack.postgres.pid();
  process.kill(killed, "SIGKILL");
  await untilHolds(async () => expect(await stack.postgres.pid()).not.toBe(killed));
  await untilHolds(async () => expect((await fetch(`${stack.functionsUrl}/probe`)).status).toBe(200));
});
