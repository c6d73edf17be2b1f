/**
 * `npm run deploy` and `npm run migrate`: the real CLI against a stand-in for the Management API, and a real database.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { stripe } from "../../functions/_shared/providers/stripe/webhook.ts";
import { developmentEnvironment } from "../../local/environment.ts";
import { type ManagementApi, startManagementApi } from "../../local/management_api.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { type Ran, run } from "../../local/supabase_cli.ts";
import { checkProject, type ProjectState } from "../../scripts/deploy/checks.ts";
import { managementClient } from "../../scripts/deploy/management_client.ts";
import { checkSecrets } from "../../scripts/deploy/secrets.ts";
import { OPTIONS, readSecrets, readTarget } from "../../scripts/deploy/target.ts";
import { deploy } from "../../scripts/deploy.ts";
import { migrate } from "../../scripts/schema/migrate.ts";
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { type Receiver, type ReceiverSecrets, startReceiver } from "../../simulator/receiver.ts";

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
let receiver: Receiver;
let stack: Stack;
let sql: postgres.Sql;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "deploy-test-"));
  const development = developmentEnvironment();
  receiver = await startReceiver(development as unknown as ReceiverSecrets);
  const env = {
    ...development,
    ...receiver.environment(),
    ...{ STRIPE_WEBHOOK_SECRET: SECRETS.STRIPE_WEBHOOK_SECRET },
  };
  stack = await startStack({ prepared: true, fsync: false, env, background: { cron: false, pgNet: false } });
  sql = postgres(stack.dbUrl, { max: 1, onnotice() {} });
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await stack?.stop();
  await receiver?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Takes what is meant for the hosted functions to those of the stack. */
const toStack: typeof fetch = (url, init) => fetch(String(url).replace(FUNCTIONS_URL, stack.functionsUrl), init);

/** A digest of each table's rows, of all functions and of all relations. */
async function databaseDigest(): Promise<unknown> {
  const admin = postgres(stack.adminUrl, { max: 1, onnotice() {} });
  try {
    const tables = await admin<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') order by 1`;
    const parts = tables.map(
      ({ name }) =>
        `select '${name.replaceAll("'", "''")}' as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${name} t`,
    );
    const rows = await admin.unsafe(`${parts.join(" union all ")} order by name`);
    const objects = await admin`
      select (select md5(string_agg(p::text, ',' order by p.oid)) from pg_proc p) as functions,
        (select md5(string_agg(c.oid || c.relname, ',' order by c.oid)) from pg_class c) as relations`;
    return { rows: [...rows], objects: [...objects] };
  } finally {
    await admin.end({ timeout: 1 });
  }
}

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
  let profile: string;
  let args: string[];
  let rehearsed: Ran & { before: unknown; after: unknown; writes: string[] };
  let said: string;
  let code: number;
  let deployedWrites: string[];

  /** Runs the command in this process; what it printed. */
  async function deployHere(more: string[], summary?: string): Promise<{ code: number; said: string }> {
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
    vi.spyOn(console, "error").mockImplementation((line) => void printed.push(line));
    try {
      const env = { SUPABASE_ACCESS_TOKEN: TOKEN, SUPABASE_DB_URL: stack.dbUrl, GITHUB_STEP_SUMMARY: summary };
      const code = await deploy([...args, ...more], { env, fetch: toStack, retryDelayMs: 50 });
      return { code, said: printed.join("\n") };
    } finally {
      vi.restoreAllMocks();
    }
  }

  /** The doorbell rings hosted functions, which are not there: a webhook starts the delivery, too. */
  async function deliverMeanwhile(ended: () => boolean): Promise<void> {
    for (let n = 0; !ended(); n++) {
      const [waiting] = await sql<{ any: boolean }[]>`
        select exists (select from outbox.deliveries where status = 'pending') as any`;
      if (waiting!.any) {
        const body = JSON.stringify({
          id: `evt_wake_${n}`,
          object: "event",
          type: "wake",
          created: 1,
          data: { object: {} },
        });
        const headers = stripeHeaders(body, SECRETS.STRIPE_WEBHOOK_SECRET.split(" ")[0]!);
        await fetch(`${stack.functionsUrl}/stripe`, { method: "POST", body, headers });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  beforeAll(async () => {
    ({ api, profile } = await standIn());
    await sql`select outbox.set_functions_url('http://127.0.0.1:1/of-before')`;
    await sql`select ops.tell_attention()`;
    const strangers = { SUPABASE_URL: "https://elsewhere.example", UNKNOWN: "to .env.example", FAPSHI_API_KEY: "" };
    const envFile = await file("real.env", lines({ ...SECRETS, ...KNOWN, ...strangers }));
    args = ["--project", REF, "--env-file", envFile, "--allow-development-secrets", "--profile", profile];
    args.push("--keep", path.join(folder, "kept"));

    const before = await databaseDigest();
    const ran = await run(process.execPath, [TSX, "scripts/deploy.ts", ...args, "--dry-run"], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        SUPABASE_ACCESS_TOKEN: TOKEN,
        SUPABASE_DB_URL: stack.dbUrl,
      },
    });
    rehearsed = { ...ran, before, after: await databaseDigest(), writes: [...api.writes] };

    let ended = false;
    const meanwhile = deliverMeanwhile(() => ended);
    try {
      ({ code, said } = await deployHere([], path.join(folder, "summary.md")));
    } finally {
      ended = true;
      await meanwhile;
    }
    deployedWrites = [...api.writes];
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

  describe("rehearsed by --dry-run, as a command", () => {
    test("ends with exit code 0, and says that nothing was changed", () => {
      expect(rehearsed, rehearsed.stdout).toMatchObject({ code: 0, stderr: "" });
      expect(rehearsed.stdout).toContain("Nothing was changed (--dry-run).");
    });

    test("writes nothing to the project, and leaves the database as it was", () => {
      expect(rehearsed.writes).toEqual([]);
      expect(rehearsed.after).toEqual(rehearsed.before);
    });

    test("says what would change, each by name", () => {
      expect(rehearsed.stdout).toMatch(/Migrations +none is pending/);
      expect(rehearsed.stdout).toMatch(/Secrets +set \(new\) .*STRIPE_WEBHOOK_SECRET/);
      expect(rehearsed.stdout).toMatch(/Functions +new: catalog, .*stripe/);
      expect(rehearsed.stdout).toMatch(/Data API +also serve console \(now: public, graphql_public\)/);
      expect(rehearsed.stdout).toContain(`functions' address: ${FUNCTIONS_URL} (now: http://127.0.0.1:1/of-before)`);
    });

    test("prints no secret", () => {
      const { username, password } = new URL(stack.dbUrl);
      for (const secret of [TOKEN, `${username}:${password}`, ...Object.values(SECRETS)])
        expect(rehearsed.stdout).not.toContain(secret);
    });
  });

  test("ends with exit code 0", () => {
    expect(code, said).toBe(0);
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

  test("says which address to enter at Stripe, and which events to tick: all that are acted on", () => {
    expect(said).toContain(`${FUNCTIONS_URL}/stripe?forceFunctionRegion=local`);
    const ticked = said.slice(said.indexOf(`${FUNCTIONS_URL}/stripe`), said.indexOf(`${FUNCTIONS_URL}/paypal`));
    for (const type of stripe.eventTypes()) expect(ticked).toContain(type);
  });

  test("prints no secret", () => {
    const { username, password } = new URL(stack.dbUrl);
    for (const secret of [TOKEN, `${username}:${password}`, ...Object.values(SECRETS)])
      expect(said).not.toContain(secret);
  });

  test("finds the functions well", () => {
    expect(said).toContain("Health: 200.");
  });

  test("has a signed test event accepted and archived without effect, and dropped when it is sent again", async () => {
    const [, id] = /A signed test event at stripe: accepted \(ignored\), and dropped .*, id ([0-9a-f-]{36})/.exec(
      said,
    )!;
    const [event] = await sql`select provider, type, status, facts::text from inbox.events where id = ${id!}`;
    expect(event).toEqual({ provider: "stripe", type: "signalbox.smoke_test", status: "ignored", facts: "[]" });
  });

  test("has a forged event refused", () => {
    expect(said).toContain("A forged event at stripe: refused (401).");
  });

  test("has a test message delivered to each destination that receives messages", async () => {
    const rows = await sql<{ name: string }[]>`select name from outbox.destinations where replayable order by name`;
    for (const { name } of rows) expect(said).toContain(`A test message to ${name}: delivered.`);
    expect(receiver.received.filter(({ type }) => type === "test.ping")).toHaveLength(rows.length);
  });

  test("writes plan and result for the page of GitHub Actions, without a secret", () => {
    const page = readFileSync(path.join(folder, "summary.md"), "utf8");
    expect(page).toMatch(/^# Signalbox to project [a-z]{20}\n\nDone\.\n/);
    expect(page).toMatch(/## Plan\n(.|\n)*new: catalog, (.|\n)*## Done\n(.|\n)*Health: 200\./);
    for (const secret of [TOKEN, ...Object.values(SECRETS)]) expect(page).not.toContain(secret);
  });

  describe("repeated", () => {
    let again: { code: number; said: string };
    beforeAll(async () => {
      again = await deployHere(["--no-smoke-test"]);
    });

    test("finds everything unchanged, and writes nothing to the project", () => {
      expect(again.code, again.said).toBe(0);
      expect(again.said).toMatch(/Functions +unchanged: catalog, .*whop\n/);
      expect(again.said).toMatch(/Secrets +unchanged .*STRIPE_WEBHOOK_SECRET/);
      expect(again.said).toMatch(/Database +settings, cron jobs and Vault secrets stay as they are/);
      expect(api.writes).toEqual(deployedWrites);
    });

    test("does not try the result with --no-smoke-test", () => {
      expect(again.said).not.toContain("Smoke test");
    });
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

  /** A project with small functions; its folder. */
  async function smallProject(functions: Record<string, string>, name: string = crypto.randomUUID()): Promise<string> {
    const config = Object.keys(functions).map(
      (slug) =>
        `[functions.${slug}]\nverify_jwt = false\nimport_map = "../deno.json"\nentrypoint = "../functions/${slug}/index.ts"\n`,
    );
    await file(`${name}/supabase/config.toml`, `project_id = "small"\n${config.join("")}`);
    await file(`${name}/deno.json`, '{ "lock": false, "imports": {} }');
    await rm(path.join(folder, name, "functions"), { recursive: true, force: true });
    for (const [slug, code] of Object.entries(functions)) await file(`${name}/functions/${slug}/index.ts`, code);
    return path.join(folder, name);
  }

  const HELLO = { hello: 'Deno.serve(() => new Response("hello"));' };

  const complained = () => said.err.join("\n");
  const nothingChanged = () => expect(api).toMatchObject({ uploads: [], live: [], secrets: {}, writes: [] });

  describe("npm run deploy", () => {
    interface Given {
      args?: string[];
      project?: string;
      token?: string;
      databaseUrl?: string;
      fetch?: typeof globalThis.fetch;
    }

    function deploying({
      args = ["--project", REF],
      project,
      token = TOKEN,
      databaseUrl,
      fetch,
    }: Given = {}): Promise<number> {
      const env = { SUPABASE_ACCESS_TOKEN: token, SUPABASE_DB_URL: databaseUrl };
      return deploy([...args, "--profile", profile], { project, env, fetch, retryDelayMs: 10 });
    }

    /** The checks alone, of this project but for its functions. */
    async function checking({ args = [], project, token = TOKEN, databaseUrl }: Given = {}): Promise<ProjectState> {
      const line = parseArgs({ args: ["--project", REF, ...args, "--profile", profile], options: OPTIONS });
      const env = { SUPABASE_ACCESS_TOKEN: token, SUPABASE_DB_URL: databaseUrl };
      const target = readTarget({ ...line, positionals: [] }, { project, env, retryDelayMs: 10 });
      return checkProject(target, managementClient(target));
    }

    /** What is wrong with the secrets of a file. */
    async function complaints(values: Record<string, string>, trial = false): Promise<string> {
      return checkSecrets(readSecrets(await file("secrets.env", lines(values))), trial).join("\n");
    }

    test("refuses a secret that everybody knows, and changes nothing", async () => {
      const { STRIPE_WEBHOOK_SECRET } = developmentEnvironment();
      const envFile = await file(
        "development.env",
        lines({ ...SECRETS, STRIPE_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET! }),
      );
      const project = await smallProject(HELLO);
      expect(await deploying({ project, args: ["--project", REF, "--env-file", envFile] })).toBe(1);
      expect(complained()).toMatch(/^STRIPE_WEBHOOK_SECRET: still as in \.env\.example/);
      expect(complained()).not.toContain(STRIPE_WEBHOOK_SECRET);
      nothingChanged();
    });

    test("refuses a secret that everybody knows beside one that replaces it", async () => {
      const { MAKE_SIGNING_SECRET } = developmentEnvironment();
      const both = { MAKE_SIGNING_SECRET: `whsec_aNewOne7Qm2xT9vKpL4sWd8 ${MAKE_SIGNING_SECRET}` };
      expect(await complaints(both)).toMatch(/^MAKE_SIGNING_SECRET: still as in/);
    });

    const STRONG = "Qm2xT9vKpL4sWd8aNewOne7bHnC5gZe0";
    const developmentRoot = readFileSync(path.join(ROOT, "local/providers/paypal_development/ca.pem"), "utf8");

    test.each<[string, Record<string, string>, RegExp]>([
      ["a short secret", { MAKE_PULL_KEY: "hunter2" }, /^MAKE_PULL_KEY: can be guessed.*openssl/],
      ["a short HEALTH_KEY", { HEALTH_KEY: "abc" }, /^HEALTH_KEY: can be guessed/],
      ["a short FUNCTIONS_ROLE_PASSWORD", { FUNCTIONS_ROLE_PASSWORD: "abc" }, /^FUNCTIONS_ROLE_PASSWORD: can be/],
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
      const complained = await complaints(values);
      expect(complained).toMatch(words);
      // The folder's random name may hold anything, such as a 1.
      for (const value of Object.values(values)) expect(complained.replaceAll(folder, "")).not.toContain(value);
      const { problems } = await checking({ args: ["--env-file", path.join(folder, "secrets.env")] });
      expect(problems).toEqual([complained]);
      nothingChanged();
    });

    test("refuses the root that development signs PayPal's webhooks with, also for a trial", async () => {
      const roots = { PAYPAL_TRUSTED_ROOTS: developmentRoot.trim().replaceAll("\n", "\\n") };
      expect(await complaints(roots, true)).toMatch(/^PAYPAL_TRUSTED_ROOTS: holds the root of development/);
    });

    test("tells all that is wrong at once, wherever it is, and changes nothing", async () => {
      const values = { MAKE_PULL_KEY: "hunter2", RAILWAY_WEBHOOK_URL: "http://backend.example/hook" };
      const envFile = await file("two.env", lines(values));
      const project = await smallProject({ hello: 'import "./gone.ts";' });
      api.settings.auth = { mailer_autoconfirm: true };
      api.settings.project.status = "INACTIVE";
      const databaseUrl = "postgresql://postgres:very-secret@127.0.0.1:1/postgres";
      expect(await deploying({ project, databaseUrl, args: ["--project", REF, "--env-file", envFile] })).toBe(1);
      for (const words of [/MAKE_PULL_KEY: /, /RAILWAY_WEBHOOK_URL: /, /paused/, /confirms e-mail/, /gone\.ts/])
        expect(complained()).toMatch(words);
      expect(complained()).toMatch(/The database could not be read(.|\n)*Check the address/);
      expect(complained()).toMatch(/Nothing was changed\.$/);
      expect([...said.out, ...said.err].join("\n")).not.toContain("very-secret");
      nothingChanged();
    });

    test.each([
      ["confirms e-mail addresses by itself", { mailer_autoconfirm: true }],
      ["does not say whether it confirms them", {}],
    ])("refuses a project whose Auth %s, says where to change it, and changes nothing", async (_, auth) => {
      api.settings.auth = auth;
      const { problems } = await checking();
      expect(problems).toEqual([
        expect.stringMatching(/anybody could sign up with somebody else's address.*"Confirm email".*auth\/providers/),
      ]);
      nothingChanged();
    });

    test.each([
      ["allows public channels", { private_only: false }],
      ["was never told", { private_only: null }],
    ])("refuses a project whose Realtime %s, says where to change it, and changes nothing", async (_, realtime) => {
      api.settings.realtime = realtime;
      const { problems } = await checking();
      expect(problems).toEqual([expect.stringMatching(/"Allow public access".*realtime\/settings/)]);
      nothingChanged();
    });

    test("refuses a project that takes TLS connections only, for functions connect without, and changes nothing", async () => {
      api.settings.ssl = { currentConfig: { database: true }, appliedSuccessfully: true };
      const { problems } = await checking();
      expect(problems).toEqual([expect.stringMatching(/SSL enforcement.*answered 503.*database\/settings/)]);
      nothingChanged();
    });

    test("refuses a project that only some addresses may connect to, and changes nothing", async () => {
      api.settings.network = { config: { dbAllowedCidrs: ["203.0.113.7/32"] }, status: "applied" };
      const { problems } = await checking();
      expect(problems).toEqual([
        expect.stringMatching(/network restrictions: 203\.0\.113\.7\/32.*answered 503.*database\/settings/),
      ]);
      nothingChanged();
    });

    test("goes on where the token may not read them, and says what must be off", async () => {
      api.settings.ssl = null;
      api.settings.network = null;
      const { problems, notes } = await checking();
      expect(problems).toEqual([]);
      expect(notes.join("\n")).toMatch(/Not readable with this token: SSL enforcement, network restrictions\./);
    });

    test("asks for private channels only where config.toml does", async () => {
      api.settings.realtime = { private_only: false };
      expect(await checking({ project: await smallProject(HELLO) })).toMatchObject({ problems: [] });
    });

    test.each<[string, Partial<ManagementApi["settings"]["project"]>, RegExp]>([
      ["is paused", { status: "INACTIVE" }, /paused.*Restore it at https:/],
      ["is not healthy", { status: "ACTIVE_UNHEALTHY" }, /not healthy \(ACTIVE_UNHEALTHY\)/],
      ["has another Postgres", { database: { postgres_engine: "14" } }, /Postgres 14; Signalbox runs on 15 and 17/],
    ])("refuses a project that %s, and says what to do", async (_, project, words) => {
      Object.assign(api.settings.project, project);
      expect(await checking()).toMatchObject({ problems: [expect.stringMatching(words)] });
    });

    test("refuses a pooler of another region than the project's", async () => {
      api.settings.project.region = "eu-central-1";
      const databaseUrl = `postgresql://postgres.${REF}:p@aws-0-us-east-1.pooler.example.invalid:6543/postgres`;
      const { problems } = await checking({ databaseUrl });
      expect(problems).toEqual([
        expect.stringMatching(/names the pooler of us-east-1, and the project is in eu-central-1/),
        expect.stringMatching(/transaction pooler's address \(port 6543\).*port 5432/),
      ]);
    });

    test("finds a database well that has all that is needed, and reads what is there", async () => {
      const { problems, notes, database } = await checking({ databaseUrl: stack.dbUrl });
      expect(problems).toEqual([]);
      expect(notes.join("\n")).toContain("The database answers: Postgres 17, with the extensions that are needed.");
      expect(notes.join("\n")).toMatch(
        /The database has 120 connections, of which 3 are reserved and \d+ in use by others now\. That leaves \d+ for/,
      );
      expect(database).toMatchObject({ migrations: { pending: [], unknown: [] } });
    });

    test.each([
      ["once: it is read again", 1, []],
      ["each time: it says so", Number.POSITIVE_INFINITY, [expect.stringMatching(/^The database could not be read: /)]],
    ])("bears a pooler that breaks the connection, %s", async (_, breaks, expected) => {
      const { port } = new URL(stack.dbUrl);
      let connections = 0;
      const pooler = net.createServer((socket) => {
        socket.on("error", () => {});
        if (++connections <= breaks) return void socket.once("data", () => socket.resetAndDestroy());
        const upstream = net.connect(Number(port), "127.0.0.1");
        upstream.on("error", () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
      });
      pooler.listen(0, "127.0.0.1");
      await once(pooler, "listening");
      const address = new URL(stack.dbUrl);
      address.port = String((pooler.address() as net.AddressInfo).port);
      const { problems } = await checking({ databaseUrl: address.href });
      expect(problems).toEqual(expected);
      expect(connections).toBe(breaks === 1 ? 2 : 3);
      pooler.close();
    });

    test("refuses the password of a role that the database does not have, or that may not log in", async () => {
      const args = ["--env-file", await file("role.env", `FUNCTIONS_ROLE_PASSWORD=${STRONG}\n`)];
      const check = async () => (await checking({ args, databaseUrl: stack.dbUrl })).problems;
      expect(await check()).toEqual([
        expect.stringMatching(
          /^FUNCTIONS_ROLE_PASSWORD is set, and there is no role signalbox_functions: .*alter role/,
        ),
      ]);
      await sql`select ops.grant_functions_role()`;
      try {
        await sql`alter role signalbox_functions nologin`;
        expect(await check()).toEqual([expect.stringMatching(/the role signalbox_functions may not log in/)]);
        await sql`alter role signalbox_functions login`;
        expect(await check()).toEqual([]);
      } finally {
        await sql`select ops.revoke_functions_role()`;
      }
    });

    test("finds the project's own password of a role that the database does not have", async () => {
      api.secrets.FUNCTIONS_ROLE_PASSWORD = STRONG;
      const { problems } = await checking({ databaseUrl: stack.dbUrl });
      expect(problems).toEqual([expect.stringMatching(/there is no role signalbox_functions/)]);
    });

    test("refuses a database that has migrations which are not here", async () => {
      const { problems } = await checking({ databaseUrl: stack.dbUrl, project: await smallProject(HELLO) });
      expect(problems).toEqual([expect.stringMatching(/migrations that are not here: \d+.*Check out the commit/)]);
    });

    test("says which secrets neither the file nor the project sets", async () => {
      api.secrets.STRIPE_WEBHOOK_SECRET = "whsec_x";
      const envFile = await file("one.env", "FAPSHI_WEBHOOK_SECRET=Qm2xT9vKpL4sWd8aNewOne7bHnC5gZe0\n");
      const { notes } = await checking({ args: ["--env-file", envFile] });
      const line = notes.find((note) => note.startsWith("Not connected"));
      expect(line).toContain("WHOP_WEBHOOK_SECRET");
      expect(line).not.toMatch(/STRIPE_WEBHOOK_SECRET|FAPSHI_WEBHOOK_SECRET/);
    });

    test("says what to do about a token that is not accepted", async () => {
      const { problems } = await checking({ token: `sbp_${"0".repeat(40)}` });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain("SUPABASE_ACCESS_TOKEN is not accepted");
      expect(problems[0]).toContain("https://supabase.com/dashboard/account/tokens");
      nothingChanged();
    });

    test("says what to do about a project that is not there", async () => {
      const { problems } = await checking({ args: ["--project", "tsrqponmlkjihgfedcba"] });
      expect(problems.join("\n")).toContain("SUPABASE_ACCESS_TOKEN sees no project tsrqponmlkjihgfedcba");
    });

    test("fails on an import of a file that is missing, and changes nothing", async () => {
      const code = 'import { gone } from "./gone.ts";\nDeno.serve(() => new Response(gone));';
      expect(await deploying({ project: await smallProject({ hello: code }) })).toBe(1);
      expect(complained()).toContain("gone.ts");
      nothingChanged();
    });

    test("fails on a later import of a file that is missing, and changes nothing", async () => {
      const code = 'Deno.serve(async () => new Response((await import("./gone.ts")).gone));';
      expect(await deploying({ project: await smallProject({ hello: code }) })).toBe(1);
      expect(complained()).toContain("failed to read file: open functions/hello/gone.ts");
      nothingChanged();
    });

    test("fails on a function that config.toml forgets", async () => {
      const project = await smallProject(HELLO);
      await file(`${path.basename(project)}/functions/forgotten/index.ts`, "");
      expect(await deploying({ project })).toBe(1);
      expect(complained()).toContain("supabase/config.toml does not name functions/forgotten");
      nothingChanged();
    });

    test("replaces, undoes and prunes functions, through failures that pass", async () => {
      const keep = ["--keep", path.join(folder, "versions")];
      const args = ["--project", REF, "--no-smoke-test", ...keep];
      const text = (slug: string) =>
        api.running.get(slug)?.upload.contents.get(`functions/${slug}/index.ts`)?.toString();
      const old = { hello: 'Deno.serve(() => new Response("old"));', gone: 'Deno.serve(() => new Response("gone"));' };
      const name = crypto.randomUUID();
      expect(await deploying({ args, project: await smallProject(old, name) }), complained()).toBe(0);
      expect(said.out.join("\n")).toMatch(/Functions +new: gone, hello/);

      // The upload fails once for a moment: it is made again.
      api.fail({ request: /^POST \/functions\/deploy/, answer: 503 });
      const project = await smallProject({ hello: 'Deno.serve(() => new Response("new"));' }, name);
      expect(await deploying({ args, project }), complained()).toBe(0);
      expect(said.out.join("\n")).toMatch(
        /changed: hello\n.*not in supabase\/config\.toml, left \(--prune deletes\): gone/,
      );
      expect(said.out.join("\n")).toContain("The Management API failed for a moment; once more.");
      expect(text("hello")).toContain("new");
      expect(api.running.has("gone")).toBe(true);

      // What an undo would do is told; then it is done, and the version is the one of before to the byte.
      const before = api.writes.length;
      expect(await deploying({ args: [...args, "--undo", "--dry-run"] }), complained()).toBe(0);
      expect(said.out.join("\n")).toContain("Of ");
      expect(api.writes).toHaveLength(before);
      expect(await deploying({ args: [...args, "--undo"] }), complained()).toBe(0);
      expect(text("hello")).toBe(old.hello);
      expect(api.running.get("hello")!.upload.metadata).toMatchObject({
        entrypoint_path: "functions/hello/index.ts",
        import_map_path: "deno.json",
        verify_jwt: false,
      });

      // The deletion's response is lost: it is asked again, and finds the function gone. Nothing else is changed.
      api.fail({ request: /^DELETE \/functions\/gone$/, answer: "reset", afterwards: true });
      const current = await smallProject({ hello: old.hello }, name);
      expect(await deploying({ args: [...args, "--prune"], project: current }), complained()).toBe(0);
      expect(said.out.join("\n")).toMatch(/Functions +unchanged: hello\n +DELETED: gone/);
      expect([...api.running.keys()]).toEqual(["hello"]);
      expect(api.writes.slice(-2)).toEqual(["DELETE /functions/gone", "DELETE /functions/gone"]);
    });

    test("says what cannot be undone, and where else to look", async () => {
      expect(await deploying({ args: ["--project", REF, "--undo", "--keep", path.join(folder, "empty")] })).toBe(1);
      expect(complained()).toMatch(/Step "Undo" failed(.|\n)*nothing to undo(.|\n)*check out the commit/);
      nothingChanged();
    });

    test("applies a pending migration, and names the step that failed and what was done before it", async () => {
      const project = await smallProject(HELLO);
      const name = path.basename(project);
      const applied = await sql<{ version: string; name: string }[]>`
        select version, name from supabase_migrations.schema_migrations`;
      for (const { version, name: of } of applied)
        await file(`${name}/supabase/migrations/${version}_${of}.sql`, "select;");
      await file(
        `${name}/supabase/migrations/29980101000000_later.sql`,
        "create table public.deployed_later (word text);",
      );
      api.settings.sources = false;
      api.fail({ request: /^POST \/functions\/deploy/, answer: 400 });
      const args = ["--project", REF, "--no-smoke-test", "--keep", path.join(folder, "later")];
      expect(await deploying({ project, args, databaseUrl: stack.dbUrl })).toBe(1);
      expect(said.out.join("\n")).toMatch(/Migrations +apply 29980101000000_later\.sql/);
      expect(complained()).toMatch(
        /^Step "Functions" failed \(done before it: .*Migrations to .*, Schemas of the Data API\)/,
      );
      expect(complained()).toMatch(/Every step can be repeated/);
      expect(await sql`select to_regclass('public.deployed_later') is not null as made`).toEqual([{ made: true }]);
      await sql`drop table public.deployed_later`;
      await sql`delete from supabase_migrations.schema_migrations where version = '29980101000000'`;
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
