/** Data API and Auth as supabase-js sees them, on a small project of this file's own. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { withHint } from "../../local/data_api.ts";
import { signJwt } from "../../local/keys.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { untilHolds } from "../until.ts";

const SCHEMA = `
create table public.notes (
  id bigint generated always as identity primary key,
  owner uuid not null default auth.uid(),
  text text not null unique check (text <> 'forbidden'),
  written_at timestamptz not null default '2026-11-21 01:42:35.1+00'
);
alter table public.notes enable row level security;
create policy own on public.notes to authenticated using (owner = (select auth.uid()));
grant select, insert, update, delete on public.notes to authenticated;

create table public.ungranted (id int);
alter table public.ungranted enable row level security;

create schema hidden;
create table hidden.secrets (id int);

create function public.kind_of(value jsonb) returns text language sql set search_path = '' as $$
  select jsonb_typeof(value) $$;
create function public.fail(code text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception 'it failed' using errcode = code, detail = 'why', hint = 'do this';
end $$;
create function public.days("from" date, "to" date) returns integer language sql set search_path = '' as $$
  select days."to" - days."from" $$;
create schema second;
create function second.answer(status integer) returns jsonb language plpgsql set search_path = '' as $$
begin
  perform set_config('response.status', answer.status::text, true);
  insert into public.notes (owner, text) values (gen_random_uuid(), 'answered ' || answer.status);
  return jsonb_build_object('message', 'it was refused', 'code', 'PT409', 'details', null, 'hint', 'do that');
end $$;
alter function second.answer security definer;
revoke execute on function second.answer from public;
grant usage on schema second to authenticated;
grant execute on function second.answer to authenticated;
grant execute on function public.kind_of, public.fail, public.days to anon, authenticated;
`;

let project: string;
let stack: Stack;
let anonymous: SupabaseClient;

/** A client as an app makes it. supabase-js on Node 20 wants to be told of a WebSocket. */
const client = () =>
  createClient(stack.apiUrl, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: WebSocket as never },
  });

/** A client of a new user who has signed up. */
async function user(name: string): Promise<SupabaseClient> {
  const signedUp = client();
  const { error } = await signedUp.auth.signUp({ email: `${name}@example.com`, password: "correct horse" });
  expect(error).toBeNull();
  return signedUp;
}

beforeAll(async () => {
  project = await mkdtemp(path.join(os.tmpdir(), "data-api-test-"));
  await mkdir(path.join(project, "supabase", "migrations"), { recursive: true });
  await mkdir(path.join(project, "functions"));
  await writeFile(
    path.join(project, "supabase", "config.toml"),
    'project_id = "data-api-test"\n[api]\nschemas = ["public", "second"]\n',
  );
  await writeFile(path.join(project, "supabase", "migrations", "20260101000000_schema.sql"), SCHEMA);
  // lite prints every database error, and most tests here ask for one.
  vi.spyOn(console, "error").mockImplementation(() => {});
  stack = await startStack({ project, prepared: true, background: { cron: false, pgNet: false } });
  anonymous = client();
});

afterAll(async () => {
  await stack?.stop();
  await rm(project, { recursive: true, force: true });
});

describe("Auth", () => {
  test("signs a user up, in, and knows them by their token", async () => {
    await user("ada");
    const { data } = await anonymous.auth.signInWithPassword({ email: "ada@example.com", password: "correct horse" });
    const known = await anonymous.auth.getUser(data.session!.access_token);
    expect(known.data.user?.email).toBe("ada@example.com");
    await anonymous.auth.signOut();
  });

  test("refuses a wrong password", async () => {
    await user("bob");
    const { error } = await client().auth.signInWithPassword({ email: "bob@example.com", password: "guessed" });
    expect(error?.status).toBe(400);
  });
});

describe("row level security", () => {
  test("shows a user their own rows only", async () => {
    const [carol, dave] = await Promise.all([user("carol"), user("dave")]);
    await carol.from("notes").insert({ text: "carol's" });
    await dave.from("notes").insert({ text: "dave's" });
    expect((await carol.from("notes").select("text")).data).toEqual([{ text: "carol's" }]);
  });

  test("holds for a token made with the stack's secret", async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const token = signJwt({ sub: "00000000-0000-0000-0000-000000000001", role: "authenticated", exp }, stack.jwtSecret);
    const headers = { apikey: stack.publishableKey, authorization: `Bearer ${token}` };
    expect(await (await fetch(`${stack.apiUrl}/rest/v1/notes?select=id`, { headers })).json()).toEqual([]);
  });
});

describe("grants are as migrations gave them", () => {
  test("a user without one gets 42501, 403", async () => {
    const { error, status } = await (await user("eve")).from("ungranted").select();
    expect([error?.code, status]).toEqual(["42501", 403]);
  });

  test("nobody in particular gets 42501, 401", async () => {
    const { error, status } = await anonymous.from("notes").select();
    expect([error?.code, status]).toEqual(["42501", 401]);
  });

  test("a schema that is not exposed cannot be reached", async () => {
    const { error, status } = await anonymous.schema("hidden").from("secrets").select();
    expect([error?.code, status]).toEqual(["PGRST106", 406]);
  });
});

describe("values", () => {
  test.each<[unknown, string]>([
    [{ a: { b: [1] } }, "object"],
    [[{ a: 1 }], "array"],
    [7, "number"],
    ["text", "string"],
    [true, "boolean"],
  ])("%j reaches a jsonb argument as it is", async (value, kind) => {
    expect((await anonymous.rpc("kind_of", { value })).data).toBe(kind);
  });

  test("a second exposed schema is asked by its profile, and only for what is granted", async () => {
    const second = (await user("second")).schema("second");
    expect((await second.rpc("answer", { status: 200 })).data).toMatchObject({ code: "PT409" });
    expect((await anonymous.schema("second").rpc("answer", { status: 200 })).error?.code).toBe("42501");
    expect((await anonymous.rpc("answer", { status: 200 })).error?.code).toBe("PGRST202");
    expect((await anonymous.schema("hidden").from("secrets").select()).error?.code).toBe("PGRST106");
  });

  test("a function that sets response.status answers with an error, and what it wrote is kept", async () => {
    const asker = await user("asker");
    const { error, status } = await asker.schema("second").rpc("answer", { status: 409 });
    expect(status).toBe(409);
    expect(error).toMatchObject({ code: "PT409", message: "it was refused", hint: "do that" });
    const sql = postgres(stack.dbUrl, { max: 1 });
    expect(await sql`select 1 from public.notes where text = 'answered 409'`.finally(() => sql.end())).toHaveLength(1);
  });

  test("a function's argument may have a reserved name", async () => {
    expect((await anonymous.rpc("days", { from: "2026-11-21", to: "2026-11-28" })).data).toBe(7);
  });

  test("a timestamptz is ISO 8601", async () => {
    const frank = await user("frank");
    const { data } = await frank.from("notes").insert({ text: "frank's" }).select("written_at").single();
    expect(data?.written_at).toBe("2026-11-21T01:42:35.1+00:00");
  });
});

describe("errors are PostgREST's", () => {
  test("raise exception is 400 with its message, detail and hint", async () => {
    const { error, status } = await anonymous.rpc("fail", { code: "P0001" });
    expect(status).toBe(400);
    expect(error).toMatchObject({ code: "P0001", message: "it failed", details: "why", hint: "do this" });
  });

  test.each<[string, number]>([
    ["22023", 400],
    ["23514", 400],
    ["23P01", 400],
    ["23505", 409],
    ["40001", 500],
    ["57014", 500],
    ["P0002", 500],
    ["53300", 503],
    ["PT418", 418],
  ])("%s is %i", async (code, expected) => {
    const { error, status } = await anonymous.rpc("fail", { code });
    expect([error?.code, status]).toEqual([code, expected]);
  });

  test("a broken check is 400, 23514", async () => {
    const { error, status } = await (await user("grace")).from("notes").insert({ text: "forbidden" });
    expect([error?.code, status]).toEqual(["23514", 400]);
  });

  test("an update of everything is refused", async () => {
    const heidi = await user("heidi");
    const token = (await heidi.auth.getSession()).data.session!.access_token;
    const response = await fetch(`${stack.apiUrl}/rest/v1/notes`, {
      method: "PATCH",
      headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ text: "all the same" }),
    });
    expect([response.status, (await response.json()).code]).toEqual([400, "21000"]);
  });
});

test("a browser may call it from anywhere", async () => {
  const response = await fetch(`${stack.apiUrl}/rest/v1/notes`, {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:5173",
      "access-control-request-method": "POST",
      "access-control-request-headers": "apikey",
    },
  });
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
});

test("a database that was killed is used again as soon as it is back", async () => {
  const killed = await stack.postgres.pid();
  process.kill(killed, "SIGKILL");
  await untilHolds(async () => {
    // Until it is another server: what is left of the killed one may answer for a moment.
    expect(await stack.postgres.pid()).not.toBe(killed);
    expect((await anonymous.rpc("kind_of", { value: 1 })).data).toBe("number");
  });
});

describe("an embedded table gets the hint that lite asks for", () => {
  test.each([
    ["name, cohorts(name)", "name, cohorts!fk(name)"],
    ["name,course:cohorts(name,products(sku))", "name,course:cohorts!fk(name,products(sku))"],
    ["enrollments(cohorts(name)),cohorts!inner(name)", "enrollments(cohorts(name)),cohorts!inner(name)"],
    ["enrollments(cohorts(name)),...cohorts(name)", "enrollments(cohorts(name)),...cohorts!fk(name)"],
    ["cohorts", "cohorts"],
  ])("%s", (select, hinted) => {
    expect(withHint(select, "products", "products", "cohorts", "fk")).toBe(hinted);
  });

  test("below another table", () => {
    const select = "number,order_items(products(sku,cohorts(name)))";
    expect(withHint(select, "orders", "products", "cohorts", "fk")).toBe(
      "number,order_items(products(sku,cohorts!fk(name)))",
    );
  });
});
