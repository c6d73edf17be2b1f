/**
 * `npm run deploy` and `npm run migrate`: the real CLI against a stand-in for the Management API, and a real database.
 */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { developmentEnvironment } from "../../local/environment.ts";
import { type ManagementApi, startManagementApi } from "../../local/management_api.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { type Ran, run } from "../../local/supabase_cli.ts";
import { deploy } from "../../scripts/deploy.ts";
import { migrate } from "../../scripts/schema/migrate.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TSX = createRequire(import.meta.url).resolve("tsx/cli");
const REF = "abcdefghijklmnopqrst";
const TOKEN = `sbp_${"a1".repeat(20)}`;
const FUNCTIONS_URL = `https://${REF}.supabase.test/functions/v1`;

/** A project's real secrets, with everything in them that a file of variables may get wrong. */
const SECRETS = {
  STRIPE_WEBHOOK_SECRET: "whsec_aNewOne7Qm2xT9vKpL4sWd8 whsec_anOldOne3Rk6yU1bHnC5gZe0",
  MAKE_WEBHOOK_URL: "https://hook.eu2.make.com/abc?x=1#not-a-comment",
  MAKE_API_KEY: 'it is "quoted", and $HOME stays',
  RAILWAY_SIGNING_SECRET: "whsec_it's-one-of-a-kind-Zk3Vq8Tn",
  GOOGLE_SERVICE_ACCOUNT_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n",
};

/** One that everybody knows. */
const KNOWN = { FAPSHI_WEBHOOK_SECRET: developmentEnvironment().FAPSHI_WEBHOOK_SECRET! };

let folder: string;
let stack: Stack;
let sql: postgres.Sql;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "deploy-test-"));
  stack = await startStack({ prepared: true, fsync: false, background: { cron: false, pgNet: false } });
  sql = postgres(stack.dbUrl, { max: 1, onnotice() {} });
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  const place = path.join(folder, name);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text);
  return place;
}

const lines = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value.includes("'") ? `"${value}"` : `'${value}'`}\n`)
    .join("");

/** A stand-in for Supabase's API, and the profile that names it. */
async function standIn(): Promise<{ api: ManagementApi; profile: string }> {
  const api = await startManagementApi({ project: REF, token: TOKEN });
  return { api, profile: await file(`profile-${crypto.randomUUID()}.json`, JSON.stringify(api.profile)) };
}

describe("a deployment", () => {
  let api: ManagementApi;
  let ran: Ran;

  beforeAll(async () => {
    const started = await standIn();
    api = started.api;
    await sql`select outbox.set_functions_url('http://127.0.0.1:1/of-before')`;
    const strangers = { SUPABASE_URL: "https://elsewhere.example", UNKNOWN: "to .env.example", FAPSHI_API_KEY: "" };
    const envFile = await file("real.env", lines({ ...SECRETS, ...KNOWN, ...strangers }));
    const args = ["--project", REF, "--env-file", envFile, "--allow-development-secrets", "--profile", started.profile];
    ran = await run(process.execPath, [TSX, "scripts/deploy.ts", ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        SUPABASE_ACCESS_TOKEN: TOKEN,
        SUPABASE_DB_URL: stack.dbUrl,
      },
    });
  });

  afterAll(() => api?.stop());

  const uploaded = (slug: string) => api.uploads.find((upload) => upload.slug === slug)!;

  /** The files that Deno loads for a function, when it loads all it might. */
  async function loaded(slug: string): Promise<string[]> {
    const { stdout } = await run(
      path.join(ROOT, "node_modules/.bin/deno"),
      ["info", "--json", `functions/${slug}/index.ts`],
      {
        cwd: ROOT,
      },
    );
    const { modules } = JSON.parse(stdout) as { modules: { specifier: string }[] };
    const local = modules.flatMap(({ specifier }) =>
      specifier.startsWith("file:") ? path.relative(ROOT, fileURLToPath(specifier)) : [],
    );
    return local.filter((name) => !name.startsWith("node_modules"));
  }

  test("ends with exit code 0", () => {
    expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: "" });
  });

  test("exposes the schema console beside those that the Data API serves already", () => {
    expect(api.settings.postgrest.db_schema).toBe("public,graphql_public,console");
  });

  test("uploads exactly the files that each function needs", async () => {
    expect(api.uploads.length).toBeGreaterThan(0);
    const needed = await Promise.all(
      api.uploads.map(async ({ slug }) => [slug, ["deno.json", ...(await loaded(slug))].sort()]),
    );
    expect(api.uploads.map(({ slug, files }) => [slug, files])).toEqual(needed);
  });

  test("uploads what is only imported when it is needed", () => {
    expect(uploaded("stripe").files).toContain("functions/_shared/outbound/courier.ts");
    expect(uploaded("dispatch").files).toContain("functions/_shared/providers/stripe/webhook.ts");
  });

  test("names the entrypoint and the import map of each function", () => {
    for (const { slug, metadata } of api.uploads) {
      expect(metadata).toMatchObject({ entrypoint_path: `functions/${slug}/index.ts`, import_map_path: "deno.json" });
    }
  });

  test("lets callers without a token of ours in: each function checks its caller itself", () => {
    expect(api.uploads.map(({ metadata }) => metadata.verify_jwt)).toEqual(api.uploads.map(() => false));
  });

  test("lets all functions go live, together", () => {
    expect(api.live.toSorted()).toEqual(api.uploads.map(({ slug }) => slug).sort());
    expect(api.live).toEqual(expect.arrayContaining(["stripe", "dispatch", "health"]));
  });

  test("sets the secrets that .env.example names and the file fills, letter for letter, and no others", () => {
    expect(api.secrets).toEqual({ ...SECRETS, ...KNOWN });
  });

  test("sets a secret that everybody knows when it is asked to", () => {
    expect(api.secrets).toMatchObject(KNOWN);
  });

  test("tells the database where its functions live", async () => {
    expect(await sql`select functions_url from outbox.settings`).toEqual([{ functions_url: FUNCTIONS_URL }]);
  });

  test("says which address to enter at Stripe", () => {
    expect(ran.stdout).toContain(`${FUNCTIONS_URL}/stripe?forceFunctionRegion=`);
  });

  test("prints no secret", () => {
    const { username, password } = new URL(stack.dbUrl);
    for (const secret of [TOKEN, `${username}:${password}`, ...Object.values(SECRETS)])
      expect(ran.stdout).not.toContain(secret);
  });
});

describe("in this process", () => {
  let api: ManagementApi;
  let profile: string;
  let said: { out: string[]; err: string[] };

  beforeEach(async () => {
    ({ api, profile } = await standIn());
    said = { out: [], err: [] };
    vi.spyOn(console, "log").mockImplementation((line) => void said.out.push(line));
    vi.spyOn(console, "error").mockImplementation((line) => void said.err.push(line));
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await api.stop();
  });

  /** A project with one small function; its folder. */
  async function smallProject(code: string): Promise<string> {
    const name = crypto.randomUUID();
    const config =
      '[functions.hello]\nverify_jwt = false\nimport_map = "../deno.json"\nentrypoint = "../functions/hello/index.ts"\n';
    await file(`${name}/supabase/config.toml`, `project_id = "small"\n${config}`);
    await file(`${name}/deno.json`, '{ "lock": false, "imports": {} }');
    await file(`${name}/functions/hello/index.ts`, code);
    return path.join(folder, name);
  }

  const complained = () => said.err.join("\n");
  const nothingChanged = () => expect(api).toMatchObject({ uploads: [], live: [], secrets: {} });

  describe("npm run deploy", () => {
    interface Given {
      args?: string[];
      project?: string;
      token?: string;
      databaseUrl?: string;
    }

    function deploying({
      args = ["--project", REF],
      project,
      token = TOKEN,
      databaseUrl,
    }: Given = {}): Promise<number> {
      const env = { SUPABASE_ACCESS_TOKEN: token, SUPABASE_DB_URL: databaseUrl };
      return deploy([...args, "--profile", profile], { project, env });
    }

    test("refuses a secret that everybody knows, and changes nothing", async () => {
      const { STRIPE_WEBHOOK_SECRET } = developmentEnvironment();
      const envFile = await file(
        "development.env",
        lines({ ...SECRETS, STRIPE_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET! }),
      );
      expect(await deploying({ args: ["--project", REF, "--env-file", envFile] })).toBe(1);
      expect(complained()).toMatch(/^STRIPE_WEBHOOK_SECRET: still as in \.env\.example/);
      expect(complained()).not.toContain(STRIPE_WEBHOOK_SECRET);
      nothingChanged();
    });

    test("refuses a secret that everybody knows beside one that replaces it", async () => {
      const { MAKE_SIGNING_SECRET } = developmentEnvironment();
      const envFile = await file(
        "rotation.env",
        `MAKE_SIGNING_SECRET="whsec_aNewOne7Qm2xT9vKpL4sWd8 ${MAKE_SIGNING_SECRET}"\n`,
      );
      expect(await deploying({ args: ["--project", REF, "--env-file", envFile] })).toBe(1);
      expect(complained()).toMatch(/^MAKE_SIGNING_SECRET: still as in/);
    });

    const STRONG = "Qm2xT9vKpL4sWd8aNewOne7bHnC5gZe0";
    const developmentRoot = readFileSync(path.join(ROOT, "local/providers/paypal_development/ca.pem"), "utf8");

    test.each<[string, Record<string, string>, RegExp]>([
      ["a short secret", { MAKE_PULL_KEY: "hunter2" }, /^MAKE_PULL_KEY: can be guessed.*openssl/],
      ["a short secret beside a long one", { FAPSHI_WEBHOOK_SECRET: `${STRONG} short` }, /^FAPSHI_WEBHOOK_SECRET: can/],
      ["one that is long only by its prefix", { RAILWAY_SIGNING_SECRET: "whsec_abcdefghijklmnopqr" }, /can be guessed/],
      ["one that repeats a few characters", { MAKE_WEBHOOK_SECRET: "abcabc".repeat(10) }, /^MAKE_WEBHOOK_SECRET: can/],
      [
        "one secret for two",
        { MAKE_PULL_KEY: STRONG, RAILWAY_PULL_KEY: STRONG },
        /^MAKE_PULL_KEY, RAILWAY_PULL_KEY: hold the same secret.*one for each/,
      ],
      [
        "a destination over http",
        { RAILWAY_WEBHOOK_URL: "http://backend.example/hook" },
        /^RAILWAY_WEBHOOK_URL: is no https/,
      ],
      ["a provider over http", { STRIPE_BASE_URL: "http://127.0.0.1:9/stripe" }, /^STRIPE_BASE_URL: is no https/],
      ["a challenge over http", { TURNSTILE_BASE_URL: "http://127.0.0.1:9" }, /^TURNSTILE_BASE_URL: is no https/],
      [
        "a storefront over http",
        { STOREFRONT_URL: "https://a.example http://b.example" },
        /^STOREFRONT_URL: is no https/,
      ],
      ["calls of the machine itself", { OUTBOUND_ALLOW_LOOPBACK: "1" }, /^OUTBOUND_ALLOW_LOOPBACK: .*Leave it out/],
      [
        "a root of its own for PayPal",
        { PAYPAL_TRUSTED_ROOTS: "-----BEGIN CERTIFICATE-----" },
        /^PAYPAL_TRUSTED_ROOTS: /,
      ],
    ])("refuses %s, and changes nothing", async (_, values, words) => {
      const envFile = await file("unsafe.env", lines(values));
      expect(await deploying({ args: ["--project", REF, "--env-file", envFile] })).toBe(1);
      expect(complained()).toMatch(words);
      for (const value of Object.values(values)) expect(complained()).not.toContain(value);
      nothingChanged();
    });

    test("refuses the root that development signs PayPal's webhooks with, also for a trial", async () => {
      const roots = { PAYPAL_TRUSTED_ROOTS: developmentRoot.trim().replaceAll("\n", "\\n") };
      const args = ["--project", REF, "--env-file", await file("root.env", lines(roots))];
      expect(await deploying({ args: [...args, "--allow-development-secrets"] })).toBe(1);
      expect(complained()).toMatch(/^PAYPAL_TRUSTED_ROOTS: holds the root of development/);
      nothingChanged();
    });

    test("tells all that it refuses at once", async () => {
      const values = { MAKE_PULL_KEY: "hunter2", RAILWAY_WEBHOOK_URL: "http://backend.example/hook" };
      expect(await deploying({ args: ["--project", REF, "--env-file", await file("two.env", lines(values))] })).toBe(1);
      expect(complained()).toMatch(/MAKE_PULL_KEY: (.|\n)*RAILWAY_WEBHOOK_URL: /);
    });

    test.each([
      ["confirms e-mail addresses by itself", { mailer_autoconfirm: true }],
      ["does not say whether it confirms them", {}],
    ])("refuses a project whose Auth %s, says where to change it, and changes nothing", async (_, auth) => {
      api.settings.auth = auth;
      expect(await deploying()).toBe(1);
      expect(complained()).toMatch(
        /anybody could sign up with somebody else's address.*"Confirm email".*auth\/providers/,
      );
      nothingChanged();
    });

    test.each([
      ["allows public channels", { private_only: false }],
      ["was never told", { private_only: null }],
    ])("refuses a project whose Realtime %s, says where to change it, and changes nothing", async (_, realtime) => {
      api.settings.realtime = realtime;
      expect(await deploying()).toBe(1);
      expect(complained()).toMatch(/"Allow public access".*realtime\/settings/);
      nothingChanged();
    });

    test("refuses a project that takes TLS connections only, for functions connect without, and changes nothing", async () => {
      api.settings.ssl = { currentConfig: { database: true }, appliedSuccessfully: true };
      expect(await deploying()).toBe(1);
      expect(complained()).toMatch(/SSL enforcement.*answered 503.*database\/settings/);
      nothingChanged();
    });

    test("refuses a project that only some addresses may connect to, and changes nothing", async () => {
      api.settings.network = { config: { dbAllowedCidrs: ["203.0.113.7/32"] }, status: "applied" };
      expect(await deploying()).toBe(1);
      expect(complained()).toMatch(/network restrictions: 203\.0\.113\.7\/32.*answered 503.*database\/settings/);
      nothingChanged();
    });

    test("goes on where the token may not read them, and says what must be off", async () => {
      api.settings.ssl = null;
      api.settings.network = null;
      const project = await smallProject('Deno.serve(() => new Response("hello"));');
      expect(await deploying({ project }), complained()).toBe(0);
      expect(said.out.join("\n")).toMatch(/Not readable with this token: SSL enforcement, network restrictions\./);
    });

    test("asks for private channels only where config.toml does", async () => {
      api.settings.realtime = { private_only: false };
      const project = await smallProject('Deno.serve(() => new Response("hello"));');
      expect(await deploying({ project }), complained()).toBe(0);
      expect(api.live).toEqual(["hello"]);
    });

    test("says what to do about a token that is not accepted", async () => {
      expect(await deploying({ token: `sbp_${"0".repeat(40)}` })).toBe(1);
      expect(complained()).toContain("SUPABASE_ACCESS_TOKEN is not accepted");
      expect(complained()).toContain("https://supabase.com/dashboard/account/tokens");
      nothingChanged();
    });

    test("says what to do about a project that is not there", async () => {
      expect(await deploying({ args: ["--project", "tsrqponmlkjihgfedcba"] })).toBe(1);
      expect(complained()).toContain("SUPABASE_ACCESS_TOKEN sees no project tsrqponmlkjihgfedcba");
    });

    test("fails on an import of a file that is missing, and changes nothing", async () => {
      const project = await smallProject('import { gone } from "./gone.ts";\nDeno.serve(() => new Response(gone));');
      expect(await deploying({ project })).toBe(1);
      expect(complained()).toContain("gone.ts");
      nothingChanged();
    });

    test("fails on a later import of a file that is missing, and changes nothing", async () => {
      const project = await smallProject('Deno.serve(async () => new Response((await import("./gone.ts")).gone));');
      expect(await deploying({ project })).toBe(1);
      expect(complained()).toContain("failed to read file: open functions/hello/gone.ts");
      nothingChanged();
    });

    test("fails on a function that config.toml forgets", async () => {
      const project = await smallProject('Deno.serve(() => new Response("hello"));');
      await file(`${path.basename(project)}/functions/forgotten/index.ts`, "");
      expect(await deploying({ project })).toBe(1);
      expect(complained()).toContain("supabase/config.toml does not name functions/forgotten");
      nothingChanged();
    });

    test.each<[string, Given, string]>([
      ["no project", { args: [] }, "Which project?"],
      ["what is no project", { args: ["--project", "signalbox"] }, "expected 20 lower-case letters"],
      ["an option it does not know", { args: ["--force"] }, "--force"],
      ["no token", { token: "" }, "SUPABASE_ACCESS_TOKEN is not set"],
      ["a file that is not there", { args: ["--project", REF, "--env-file", "gone.env"] }, "There is no file gone.env"],
      [
        "another project's database",
        { databaseUrl: "postgres://postgres:p@db.tsrqponmlkjihgfedcba.supabase.co/postgres" },
        "not to abcd",
      ],
      [
        "another project's pooler",
        { databaseUrl: "postgres://postgres.tsrqponmlkjihgfedcba:p@pooler.example/postgres" },
        "not to abcd",
      ],
    ])("given %s, says so and how it is used", async (_, given, words) => {
      expect(await deploying(given)).toBe(2);
      expect(complained()).toContain(words);
      expect(complained()).toContain("npm run deploy --");
      nothingChanged();
    });
  });

  describe("npm run migrate", () => {
    /** A project with all our migrations, which the database has, and one more. */
    async function projectWith(migration: string, script: string): Promise<string> {
      const name = crypto.randomUUID();
      await file(`${name}/supabase/config.toml`, 'project_id = "later"\n');
      const applied = await sql<
        { version: string; name: string }[]
      >`select version, name from supabase_migrations.schema_migrations`;
      for (const { version, name: of } of applied)
        await file(`${name}/supabase/migrations/${version}_${of}.sql`, "select;");
      await file(`${name}/supabase/migrations/${migration}.sql`, script);
      return path.join(folder, name);
    }

    const migrating = (project: string, ...args: string[]) =>
      migrate(args, { project, env: { SUPABASE_DB_URL: stack.dbUrl } });

    test("applies what is pending, and says what that was", async () => {
      const project = await projectWith("29990101000000_first", "create table public.made_later (word text);");
      expect(await migrating(project), complained()).toBe(0);
      expect(said.out.join("\n")).toContain("29990101000000_first.sql");
      expect(await sql`select to_regclass('public.made_later') is not null as made`).toEqual([{ made: true }]);
    });

    test("--dry-run says what is pending, and applies nothing", async () => {
      const project = await projectWith("29990102000000_dry", "create table public.never_made (word text);");
      expect(await migrating(project, "--dry-run"), complained()).toBe(0);
      expect(said.out.join("\n")).toContain("29990102000000_dry.sql");
      expect(await sql`select to_regclass('public.never_made') is null as none`).toEqual([{ none: true }]);
    });

    test("passes on the CLI's words when a migration fails, and applies nothing of it", async () => {
      const project = await projectWith(
        "29990103000000_wrong",
        "create table public.half_made (word text); select 1/0;",
      );
      expect(await migrating(project)).toBe(1);
      expect(complained()).toContain("division by zero");
      expect(complained()).toContain("The file that failed is not applied");
      expect(await sql`select to_regclass('public.half_made') is null as none`).toEqual([{ none: true }]);
    });

    test("says what to look at when the database is not there, without its password", async () => {
      expect(await migrate(["--db-url", "postgresql://postgres:very-secret@127.0.0.1:1/postgres"], { env: {} })).toBe(
        1,
      );
      expect(complained()).toContain("Check the address");
      expect([...said.out, ...said.err].join("\n")).not.toContain("very-secret");
    });

    test.each([
      ["no database", [], "Which database?"],
      ["what is no address", ["--db-url", "postgres"], "expected postgresql://"],
      [
        "a password that is not encoded",
        ["--db-url", "postgresql://postgres:very/secret@127.0.0.1:5432/postgres"],
        "%2F",
      ],
      ["an option it does not know", ["--force"], "--force"],
    ])("given %s, says so and how it is used", async (_, args, words) => {
      expect(await migrate(args, { env: {} })).toBe(2);
      expect(complained()).toContain(words);
      expect(complained()).toContain("npm run migrate");
      expect(complained()).not.toContain("very/secret");
    });
  });
});
