/**
 * `npm run deploy`: puts Signalbox on a hosted project, step by step: it checks access and functions, then applies
 * migrations, sets secrets, deploys functions and tells the database where they are. Every step can be repeated. See
 * docs/guides/deploy.md.
 */
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import { PROVIDERS } from "../functions/_shared/providers/registry.ts";
import { readProjectConfig } from "../local/config.ts";
import { developmentEnvironment } from "../local/environment.ts";
import { readFunctionsConfig } from "../local/functions.ts";
import { startManagementApi } from "../local/management_api.ts";
import { database, inCopyOf, type Ran, run, supabase } from "../local/supabase_cli.ts";
import { cliOutput } from "./cli_output.ts";
import { type CommandLine, Failure, main, type RunOptions, runCommand, UsageError } from "./command.ts";
import { complaintsAbout } from "./deploy_secrets.ts";
import { applyPending, databaseUrl } from "./schema/migrate.ts";
import { ROOT } from "./schema/schema.ts";

const HELP = `
Puts Signalbox on a hosted Supabase project: checks access and functions, applies migrations, sets secrets, deploys
functions, and tells the database where they are. Every step can be repeated. docs/guides/deploy.md has the whole way.

SUPABASE_ACCESS_TOKEN=sbp_… SUPABASE_DB_URL=postgresql://… npm run deploy -- --project REF [options]

  --project REF                the project: the 20 letters in the address of its dashboard
  --env-file PATH              sets the functions' secrets: the variables of .env.example that PATH sets
  --allow-development-secrets  accepts the values of .env.example, weak secrets and http:// addresses too, for a project
                               that is only a trial
  --db-url URL                 the project's database, instead of SUPABASE_DB_URL. npm prints its command line, with the
                               password.
                               Without either, the database is left as it is
  --profile FILE               another Supabase than supabase.com, as \`supabase --profile\` takes it`;

const OPTIONS = {
  project: { type: "string" },
  "env-file": { type: "string" },
  "db-url": { type: "string" },
  profile: { type: "string" },
  "allow-development-secrets": { type: "boolean" },
} as const;

const AGAIN = "Every step can be repeated: fix what it says, and run the command again.";

/** The files that functions are made of. */
const PARTS = ["deno.json", "functions", "supabase/config.toml"];

/** Where the Management API is, without --profile. */
const MANAGEMENT_API = "https://api.supabase.com";

export interface DeployOptions extends RunOptions {
  /** The folder with functions/ and supabase/. Default: this project. */
  project?: string;
}

interface Plan {
  project: string;
  ref: string;
  token: string;
  /** The CLI's flags for --profile. */
  profile: string[];
  /** Of the Management API. */
  apiUrl: string;
  databaseUrl?: string;
  secrets?: Record<string, string>;
  functionsUrl: string;
  /** The database's region, when its address names one. */
  region?: string;
  /** Proxy and certificate variables of the caller, for the CLI. */
  network: Record<string, string | undefined>;
  signal?: AbortSignal;
}

// --- The command line ---

function planOf(
  { values }: CommandLine<typeof OPTIONS>,
  { project = ROOT, env = process.env, signal }: DeployOptions,
): Plan {
  const ref = values.project;
  if (ref === undefined)
    throw new UsageError("Which project? --project takes the 20 letters in the address of its dashboard.");
  if (!/^[a-z]{20}$/.test(ref))
    throw new UsageError(`--project ${ref}: expected 20 lower-case letters, as in the address of its dashboard.`);
  if (!env.SUPABASE_ACCESS_TOKEN) {
    throw new UsageError(
      "SUPABASE_ACCESS_TOKEN is not set. Create a token at https://supabase.com/dashboard/account/tokens.",
    );
  }
  const url = databaseUrl(values["db-url"], env);
  if (url !== undefined) checkOwner(url, ref);
  const profile = values.profile === undefined ? undefined : path.resolve(values.profile);
  return {
    project,
    ref,
    token: env.SUPABASE_ACCESS_TOKEN,
    profile: profile === undefined ? [] : ["--profile", profile],
    apiUrl: profile === undefined ? MANAGEMENT_API : apiOf(profile),
    databaseUrl: url,
    secrets:
      values["env-file"] === undefined
        ? undefined
        : readSecrets(values["env-file"], values["allow-development-secrets"] ?? false),
    functionsUrl: `https://${ref}.${profile === undefined ? "supabase.co" : hostOf(profile)}/functions/v1`,
    region: url && /\baws-\d+-([a-z0-9-]+)\.pooler\./.exec(new URL(url).hostname)?.[1],
    network: Object.fromEntries(
      Object.entries(env).filter(([name]) => /^(https?_proxy|no_proxy|ssl_cert_file|node_extra_ca_certs)$/i.test(name)),
    ),
    signal,
  };
}

/** The address of a hosted database names its project: db.<ref>.supabase.co, or user postgres.<ref> at the pooler. */
function checkOwner(url: string, ref: string): void {
  const { hostname, username } = new URL(url);
  const owner = /^db\.([a-z]{20})\./.exec(hostname)?.[1] ?? /\.([a-z]{20})$/.exec(username)?.[1];
  if (owner !== undefined && owner !== ref)
    throw new UsageError(
      `The database belongs to project ${owner}, and not to ${ref} (--project). Give the address of its own database.`,
    );
}

function readGiven(flag: string, file: string): string {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file} (${flag}).`);
  return readFileSync(file, "utf8");
}

/** The host below which a profile's projects are. The CLI reads the rest of the profile. */
function hostOf(profile: string): string {
  const host = /\bproject_host["']?\s*[:=]\s*["']?([\w.-]+)/.exec(readGiven("--profile", profile))?.[1];
  if (host === undefined)
    throw new UsageError(`${profile} (--profile) has no project_host: the host of its projects, like supabase.co.`);
  return host;
}

/** Where a profile's Management API is. */
function apiOf(profile: string): string {
  const url = /\bapi_url["']?\s*[:=]\s*["']?(https?:\/\/[^\s"']+)/.exec(readGiven("--profile", profile))?.[1];
  if (url === undefined) throw new UsageError(`${profile} (--profile) has no api_url, like ${MANAGEMENT_API}.`);
  return url.replace(/\/+$/, "");
}

/** @throws Failure when a value of the file must not, or cannot, be a hosted secret. It names variables, not values. */
function readSecrets(file: string, allowDevelopment: boolean): Record<string, string> {
  const given = parseEnv(readGiven("--env-file", file)) as Record<string, string>;
  const example = developmentEnvironment();
  const names = Object.keys(example).filter((name) => given[name]);
  if (names.length === 0)
    throw new Failure(`${file} sets none of the variables that .env.example names. Copy .env.example, and fill it in.`);

  const complaints = complaintsAbout(given, example, allowDevelopment);
  if (complaints.length > 0) throw new Failure(`${complaints.join("\n")}\nAll of it in ${file}. Nothing was changed.`);
  const unquotable = names.find((name) => given[name]!.includes("'") && given[name]!.includes("`"));
  if (unquotable)
    throw new Failure(
      `${unquotable} contains both ' and \`, which the CLI cannot read from a file. ` +
        "Set it in the dashboard, and leave it out here.",
    );

  return Object.fromEntries(names.map((name) => [name, given[name]!]));
}

// --- The steps ---

/** Runs the CLI on the hosted project. */
function hosted(plan: Plan, args: string[], cwd?: string): Promise<Ran> {
  return supabase([...plan.profile, ...args, `--remote=${plan.ref}`, "--yes"], {
    cwd,
    env: { ...plan.network, SUPABASE_ACCESS_TOKEN: plan.token },
    signal: plan.signal,
  });
}

/** What failed, the CLI's output with secrets hidden, and what to do next. */
function refusal(plan: Plan, what: string, ran: Ran): Failure {
  const hidden = [plan.token, ...Object.values(plan.secrets ?? {}).filter((value) => value.length >= 8)];
  const output = hidden.reduce((text, secret) => text.replaceAll(secret, "…"), cliOutput(ran));
  return new Failure(`${what}:\n${output}\n${advice(plan, ran.stderr)}`);
}

function advice({ ref }: Plan, stderr: string): string {
  if (/\b401\b|unauthorized|invalid access token/i.test(stderr)) {
    return "SUPABASE_ACCESS_TOKEN is not accepted: mistyped, expired or revoked. Create a new one at https://supabase.com/dashboard/account/tokens.";
  }
  if (/\b403\b|forbidden/i.test(stderr)) {
    return `SUPABASE_ACCESS_TOKEN may not do this on project ${ref}: it needs to read and write Edge Functions and their secrets, and to read the settings of Auth and Realtime.`;
  }
  if (/\b404\b/.test(stderr)) return `SUPABASE_ACCESS_TOKEN sees no project ${ref}: check --project.`;
  return AGAIN;
}

/** Checks that the project exists and accepts the token, before anything is changed. */
async function access(plan: Plan): Promise<void> {
  await askApi(plan, "functions", "The project could not be reached");
  console.log("  The token is accepted.");
}

/**
 * Checks the project's own settings that our promises rest on, before anything is changed. Nothing is set here: what an
 * admin chose in the dashboard is not overwritten unasked.
 */
async function settings(plan: Plan): Promise<void> {
  const config = readProjectConfig(await readFile(path.join(plan.project, "supabase/config.toml"), "utf8"));
  const dashboard = `https://supabase.com/dashboard/project/${plan.ref}`;
  const { mailer_autoconfirm: autoconfirm } = await readSettings(plan, "auth");
  if (autoconfirm !== false) {
    throw new Failure(
      "Auth confirms e-mail addresses by itself: anybody could sign up with somebody else's address and read what " +
        `belongs to it. Switch on "Confirm email" at ${dashboard}/auth/providers (Email). ${AGAIN} Nothing was changed.`,
    );
  }
  if (config.privateOnly && (await readSettings(plan, "realtime")).private_only !== true) {
    throw new Failure(
      'Realtime lets strangers join public channels, where they hear that rows change. Switch off "Allow public ' +
        `access" at ${dashboard}/realtime/settings. Apps must then join private channels (docs/guides/courses.md, Live ` +
        "changes); if one cannot yet, set private_only = false in supabase/config.toml. " +
        `${AGAIN} Nothing was changed.`,
    );
  }
  console.log("  E-mail addresses are confirmed.");
  if (config.privateOnly) console.log("  Realtime has private channels only.");
  await checkConnections(plan, dashboard);
}

/**
 * Checks what would shut functions out of the database, so that every webhook is answered 503: SSL enforcement, since
 * postgres.js hangs in a TLS handshake on hosted's Deno 2.1, and network restrictions, since functions call from
 * addresses that nobody knows (github.com/supabase/supabase/issues/10813). A token that may not read them is no reason
 * to stop.
 */
async function checkConnections(plan: Plan, dashboard: string): Promise<void> {
  const page = `${dashboard}/database/settings`;
  const ssl = await readIfAllowed(plan, "ssl-enforcement");
  if (Object(ssl?.currentConfig).database === true) {
    throw new Failure(
      "The database takes TLS connections only (SSL enforcement), and functions connect without TLS, inside the " +
        `platform: every webhook would be answered 503. Switch off "Enforce SSL on incoming connections" at ${page}. ` +
        `${AGAIN} Nothing was changed.`,
    );
  }
  const restrictions = await readIfAllowed(plan, "network-restrictions");
  const { dbAllowedCidrs: allowed } = Object(restrictions?.config);
  if (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes("0.0.0.0/0")) {
    throw new Failure(
      `Only some addresses may connect to the database (network restrictions: ${allowed.join(", ")}), and functions ` +
        `call from others: every webhook would be answered 503. Lift the restrictions at ${page}. ` +
        `${AGAIN} Nothing was changed.`,
    );
  }
  const unread = [!ssl && "SSL enforcement", !restrictions && "network restrictions"].filter(Boolean);
  console.log(
    unread.length === 0
      ? "  Functions may connect to the database."
      : `  Not readable with this token: ${unread.join(", ")}. Both must be off: ${page}`,
  );
}

/** Undefined where the token may not read it, or this project's API does not have it. @throws Failure */
async function readIfAllowed(plan: Plan, about: string): Promise<Record<string, unknown> | undefined> {
  try {
    return Object(await askApi(plan, about, "The settings of the project's database could not be read"));
  } catch (error) {
    if (error instanceof Failure && /\(status 40[34]\)/.test(error.message)) return undefined;
    throw error;
  }
}

async function readSettings(plan: Plan, of: "auth" | "realtime"): Promise<Record<string, unknown>> {
  const what = `The settings of the project's ${of === "auth" ? "Auth" : "Realtime"} could not be read`;
  return Object(await askApi(plan, `config/${of}`, what));
}

/** Asks the Management API about the project; with `change`, changes it. @throws Failure that begins with `what`. */
async function askApi(plan: Plan, about: string, what: string, change?: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${plan.apiUrl}/v1/projects/${plan.ref}/${about}`, {
      ...(change && { method: "PATCH", body: JSON.stringify(change) }),
      headers: {
        authorization: `Bearer ${plan.token}`,
        accept: "application/json",
        ...(change && { "content-type": "application/json" }),
      },
      signal: plan.signal,
    });
    if (response.ok) return await response.json();
  } catch (error) {
    plan.signal?.throwIfAborted();
    throw new Failure(`${what}: ${(error as Error).message}. ${AGAIN}`);
  }
  throw new Failure(`${what} (status ${response.status}).\n${advice(plan, String(response.status))}`);
}

/**
 * Adds the schemas of config.toml to those that the project's Data API serves. None is taken away. The console needs
 * it, and nothing else: where the token may not do it, the deployment goes on.
 */
async function exposeSchemas(plan: Plan): Promise<void> {
  const { schemas } = readProjectConfig(await readFile(path.join(plan.project, "supabase/config.toml"), "utf8"));
  const ask = async (change?: object) =>
    Object(await askApi(plan, "postgrest", "Not set", change)) as { db_schema?: string };
  try {
    const served = ((await ask()).db_schema ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    const missing = schemas.filter((name) => !served.includes(name));
    if (missing.length > 0) await ask({ db_schema: [...served, ...missing].join(",") });
    console.log(`  ${[...served, ...missing].join(", ")}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(
      `  ${error.message.split("\n")[0]} The console needs it: add ${schemas.join(", ")} to "Exposed schemas" at ` +
        `https://supabase.com/dashboard/project/${plan.ref}/settings/api.`,
    );
  }
}

/** Checks the functions of config.toml before anything is changed. Returns their names. */
async function check(plan: Plan, folder: string): Promise<string[]> {
  const config = readFunctionsConfig(
    await readFile(path.join(folder, "supabase/config.toml"), "utf8"),
    path.join(plan.project, "supabase"),
  );
  const enabled = Object.entries(config).filter(([, { enabled }]) => enabled !== false);
  const slugs = enabled.map(([slug]) => slug).sort();
  const folders = (await readdir(path.join(folder, "functions"))).filter(
    (name) => !name.startsWith("_") && !name.includes("."),
  );
  const unnamed = folders.filter((name) => !(name in config));
  if (unnamed.length > 0) {
    throw new Failure(
      `supabase/config.toml does not name functions/${unnamed.join(", functions/")}. Add a block [functions.<name>] for each.`,
    );
  }

  const entrypoints = enabled.map(
    ([slug, { entrypoint }]) => entrypoint ?? path.join(plan.project, "functions", slug, "index.ts"),
  );
  const types = await run(path.join(ROOT, "node_modules/.bin/deno"), ["check", "--quiet", ...entrypoints], {
    cwd: plan.project,
    env: { ...process.env, NO_COLOR: "1" },
    signal: plan.signal,
  });
  if (types.code !== 0)
    throw new Failure(
      `The functions do not type-check (deno check):\n${cliOutput(types)}\n${AGAIN} Nothing was changed.`,
    );
  await rehearse(plan, folder);
  return slugs;
}

/**
 * Deploys to a stand-in: shows what would be uploaded, and finds missing files, as `deno check` does not for
 * `import("…")`.
 */
async function rehearse({ ref, signal }: Plan, folder: string): Promise<void> {
  const token = `sbp_${"0".repeat(40)}`;
  const api = await startManagementApi({ project: ref, token });
  const profile = path.join(folder, "rehearsal.json");
  try {
    await writeFile(profile, JSON.stringify(api.profile));
    const ran = await supabase(["--profile", profile, "functions", "deploy", "--use-api", `--remote=${ref}`, "--yes"], {
      cwd: folder,
      env: { SUPABASE_ACCESS_TOKEN: token },
      signal,
    });
    if (ran.code !== 0 || incomplete(ran)) {
      throw new Failure(
        `The functions cannot be deployed (a rehearsal of supabase functions deploy):\n${cliOutput(ran)}\n${AGAIN} Nothing was changed.`,
      );
    }
    for (const { slug, files, bytes } of api.uploads)
      console.log(`  ${slug}: ${files.length} files, ${Math.ceil(bytes / 1024)} KiB`);
  } finally {
    await api.stop();
  }
}

/** The CLI leaves out files that it cannot read, and still reports success. */
const incomplete = ({ stderr }: Ran) => stderr.includes("WARN: failed to read file");

async function setSecrets(plan: Plan, folder: string, secrets: Record<string, string>): Promise<void> {
  const file = path.join(folder, "secrets.env");
  // The CLI takes everything between '…' or `…` literally.
  const lines = Object.entries(secrets).map(([name, value]) =>
    value.includes("'") ? `${name}=\`${value}\`` : `${name}='${value}'`,
  );
  try {
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    const ran = await hosted(plan, ["secrets", "set", "--env-file", file], folder);
    if (ran.code !== 0) throw refusal(plan, "The secrets could not be set (supabase secrets set)", ran);
  } finally {
    await rm(file, { force: true });
  }
  console.log(`  ${Object.keys(secrets).join(", ")}`);
}

async function deployFunctions(plan: Plan, folder: string, slugs: string[]): Promise<void> {
  const ran = await hosted(plan, ["functions", "deploy", "--use-api"], folder);
  if (ran.code !== 0)
    throw refusal(
      plan,
      "The functions could not be deployed; those deployed before keep running (supabase functions deploy)",
      ran,
    );
  if (incomplete(ran))
    throw refusal(plan, "The functions were deployed, but files are missing (supabase functions deploy)", ran);
  console.log(`  ${slugs.join(", ")}`);
}

/** Tells the database where its functions are: the doorbell calls one of them. */
async function setDoorbell({ functionsUrl, signal }: Plan, url: string): Promise<void> {
  const { remote, env } = database(url);
  const ran = await supabase(["db", "query", remote, "--yes", `select outbox.set_functions_url('${functionsUrl}')`], {
    env,
    signal,
  });
  if (ran.code !== 0)
    throw new Failure(`outbox.set_functions_url failed (supabase db query):\n${cliOutput(ran)}\n${AGAIN}`);
  console.log(`  ${functionsUrl}/dispatch`);
}

/** What is left to do by hand. */
function nextSteps(plan: Plan, slugs: string[]): string {
  const region = plan.region ?? "<region>";
  const urls = Object.keys(PROVIDERS).filter((name) => slugs.includes(name));
  return [
    "Deployed. Enter at each provider, as the address of its webhook:",
    ...urls.map((name) => `  ${name.padEnd(8)} ${plan.functionsUrl}/${name}?forceFunctionRegion=${region}`),
    ...(slugs.includes("catalog")
      ? [
          `And in the Railway backend, which writes to the catalog: ${plan.functionsUrl}/catalog?forceFunctionRegion=${region}`,
        ]
      : []),
    "forceFunctionRegion runs the function beside the database" +
      (plan.region
        ? "."
        : ": replace <region> by the project's region, like eu-central-1 (dashboard > Project Settings > General)."),
    ...(plan.secrets ? [] : ["The secrets were not changed: --env-file sets them."]),
    ...(plan.databaseUrl
      ? []
      : [
          "The database was not changed: SUPABASE_DB_URL or --db-url brings it up to date.",
          "Until it knows where its functions are, it cannot call them:",
          `  select outbox.set_functions_url('${plan.functionsUrl}');`,
        ]),
    `Then check that it is up: curl ${plan.functionsUrl}/health`,
  ].join("\n");
}

async function carryOutPlan(plan: Plan): Promise<void> {
  const { databaseUrl: url, secrets, signal } = plan;
  const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    signal?.throwIfAborted();
    console.log(`${name} …`);
    return work();
  };
  console.log(`Signalbox to project ${plan.ref}`);
  await inCopyOf(plan.project, PARTS, async (folder) => {
    await step("Access", () => access(plan));
    await step("Settings of the project", () => settings(plan));
    const slugs = await step("Check of the functions", () => check(plan, folder));
    if (url) await step(`Migrations to ${new URL(url).host}`, () => applyPending(url, plan));
    if (url) await step("Schemas of the Data API", () => exposeSchemas(plan));
    if (secrets) await step("Secrets", () => setSecrets(plan, folder, secrets));
    await step("Functions", () => deployFunctions(plan, folder, slugs));
    if (url) await step("Doorbell", () => setDoorbell(plan, url));
    console.log(`\n${nextSteps(plan, slugs)}`);
  });
}

/** Runs the command; resolves to its exit code. */
export function deploy(args: string[], options: DeployOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS }, args, options.signal, (line) =>
    carryOutPlan(planOf(line, options)),
  );
}

await main(import.meta.url, deploy);
