/**
 * `npm run deploy`: puts Signalbox on a hosted project, step by step: looks that all will work, then migrations, secrets, functions,
 * and the doorbell's address. Every step may be repeated. `USAGE` below and docs/guides/deploy.md say the rest.
 */
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs, parseEnv } from "node:util";
import { PROVIDERS } from "../functions/_shared/providers/registry.ts";
import { developmentEnvironment } from "../local/environment.ts";
import { readFunctionsConfig } from "../local/functions.ts";
import { startManagementApi } from "../local/management_api.ts";
import { database, inCopyOf, type Ran, run, supabase } from "../local/supabase_cli.ts";
import { carryOut, Failure, main, UsageError, usage, words } from "./command.ts";
import { applyPending, databaseUrl } from "./schema/migrate.ts";
import { ROOT } from "./schema/schema.ts";

const USAGE = `SUPABASE_ACCESS_TOKEN=sbp_… SUPABASE_DB_URL=postgresql://… npm run deploy -- --project REF [options]

  --project REF                the project: the 20 letters in its dashboard's address
  --env-file PATH              sets the functions' secrets: what .env.example names and PATH fills
  --allow-development-secrets  even those that still are .env.example's own
  --db-url URL                 the project's database, instead of SUPABASE_DB_URL; npm prints what it is given, a password too.
                               Without either, the database is left as it is
  --profile FILE               another Supabase than supabase.com, as \`supabase --profile\` takes it`;

const AGAIN = "Every step may be repeated: mend what it says, and run the command again.";

/** What the functions are made of. */
const PARTS = ["deno.json", "functions", "supabase/config.toml"];

/** Names in .env.example whose values there are for development alone: known to everybody, so that they protect nothing, or of one's own machine. */
const SECRET = /_(SECRET|KEY|TOKEN|WEBHOOK_ID)$|^(OUTBOUND_ALLOW_LOOPBACK|STOREFRONT_URL)$/;

export interface DeployOptions {
  /** The folder with functions/ and supabase/. Default: this project. */
  project?: string;
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

interface Plan {
  project: string;
  ref: string;
  token: string;
  /** Of --profile. */
  profile: string[];
  databaseUrl?: string;
  secrets?: Record<string, string>;
  functionsUrl: string;
  /** Where the database is, when its address tells. */
  region?: string;
  /** Of the caller's environment: how to get out of a closed network. */
  network: Record<string, string | undefined>;
  signal?: AbortSignal;
}

// --- What is asked for ---

function understand(args: string[], { project = ROOT, env = process.env, signal }: DeployOptions): Plan {
  const text = { type: "string" } as const;
  const { values } = usage(() =>
    parseArgs({
      args,
      options: {
        project: text,
        "env-file": text,
        "db-url": text,
        profile: text,
        "allow-development-secrets": { type: "boolean" },
      },
    }),
  );
  const ref = values.project;
  if (ref === undefined)
    throw new UsageError("Which project? --project takes the 20 letters in its dashboard's address.");
  if (!/^[a-z]{20}$/.test(ref))
    throw new UsageError(`--project ${ref}: expected 20 lower-case letters, as in the dashboard's address.`);
  if (!env.SUPABASE_ACCESS_TOKEN) {
    throw new UsageError(
      "SUPABASE_ACCESS_TOKEN is not set. Make a token at https://supabase.com/dashboard/account/tokens.",
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

/** A hosted database's address names its project: db.<ref>.supabase.co, or postgres.<ref> at the pooler. */
function checkOwner(url: string, ref: string): void {
  const { hostname, username } = new URL(url);
  const owner = /^db\.([a-z]{20})\./.exec(hostname)?.[1] ?? /\.([a-z]{20})$/.exec(username)?.[1];
  if (owner !== undefined && owner !== ref)
    throw new UsageError(`The database's address is that of project ${owner}, not of ${ref} (--project).`);
}

function readGiven(flag: string, file: string): string {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file} (${flag}).`);
  return readFileSync(file, "utf8");
}

/** Where a profile's projects are. The CLI reads the rest of it. */
function hostOf(profile: string): string {
  const host = /\bproject_host["']?\s*[:=]\s*["']?([\w.-]+)/.exec(readGiven("--profile", profile))?.[1];
  if (host === undefined)
    throw new UsageError(`${profile} (--profile) names no project_host: where its projects are, like supabase.co.`);
  return host;
}

/** @throws Failure when a value of the file must not, or cannot, be a hosted project's secret. Says names only. */
function readSecrets(file: string, allowDevelopment: boolean): Record<string, string> {
  const given = parseEnv(readGiven("--env-file", file)) as Record<string, string>;
  const example = developmentEnvironment();
  const names = Object.keys(example).filter((name) => given[name]);
  if (names.length === 0)
    throw new Failure(`${file} sets none of the variables that .env.example names. Copy .env.example, and fill it in.`);

  const shared = (name: string) => {
    const known = example[name]!.split(" ").filter(Boolean);
    return given[name]!.split(/\s+/).some((value) => known.includes(value));
  };
  const development = names.filter((name) => SECRET.test(name) && shared(name));
  if (development.length > 0 && !allowDevelopment) {
    throw new Failure(
      `${development.join(", ")}: still what .env.example says, which is for development: everybody knows it, and could sign with it. ` +
        `Put your own into ${file} (.env.example says where each is found), or leave it empty; for a project that is only a trial, add --allow-development-secrets.`,
    );
  }
  const unquotable = names.find((name) => given[name]!.includes("'") && given[name]!.includes("`"));
  if (unquotable)
    throw new Failure(
      `${unquotable} holds both ' and \`, which the CLI cannot read from a file. Set it in the dashboard, and leave it out here.`,
    );

  return Object.fromEntries(names.map((name) => [name, given[name]!]));
}

// --- The steps ---

/** The CLI, on the hosted project. */
function hosted(plan: Plan, args: string[], cwd?: string): Promise<Ran> {
  return supabase([...plan.profile, ...args, `--remote=${plan.ref}`, "--yes"], {
    cwd,
    env: { ...plan.network, SUPABASE_ACCESS_TOKEN: plan.token },
    signal: plan.signal,
  });
}

/** What the CLI said when the platform refused, and what to do about it. Secrets that it repeats are hidden. */
function refusal(plan: Plan, what: string, ran: Ran): Failure {
  const hidden = [plan.token, ...Object.values(plan.secrets ?? {}).filter((value) => value.length >= 8)];
  const said = hidden.reduce((text, secret) => text.replaceAll(secret, "…"), words(ran));
  return new Failure(`${what}:\n${said}\n${advice(plan, ran.stderr)}`);
}

function advice({ ref }: Plan, said: string): string {
  if (/\b401\b|unauthorized|invalid access token/i.test(said)) {
    return "SUPABASE_ACCESS_TOKEN is not accepted: mistyped, expired or revoked. Make a new one at https://supabase.com/dashboard/account/tokens.";
  }
  if (/\b403\b|forbidden/i.test(said)) {
    return `SUPABASE_ACCESS_TOKEN lacks a permission on project ${ref}: give it one that may read and write Edge Functions and their secrets.`;
  }
  if (/\b404\b/.test(said)) return `There is no project ${ref} that SUPABASE_ACCESS_TOKEN may see: check --project.`;
  return AGAIN;
}

/** Whether the project is there and lets us in, before anything is changed. */
async function access(plan: Plan): Promise<void> {
  const ran = await hosted(plan, ["functions", "list"]);
  if (ran.code !== 0) throw refusal(plan, "The project could not be reached", ran);
  console.log("  The token is accepted.");
}

/** The functions of config.toml, looked over: what is wrong with them should be known before anything is changed. */
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
  const forgotten = folders.filter((name) => !(name in config));
  if (forgotten.length > 0) {
    throw new Failure(
      `supabase/config.toml does not name functions/${forgotten.join(", functions/")}. Give each a block [functions.<name>] there.`,
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
    throw new Failure(`The functions are not sound (deno check):\n${words(types)}\n${AGAIN} Nothing was changed.`);
  await rehearse(plan, folder);
  return slugs;
}

/** Deploys to nowhere: shows what would be uploaded, and that nothing is missing. `deno check` overlooks `import("…")`. */
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
        `The functions cannot be deployed as they are (a rehearsal of supabase functions deploy):\n${words(ran)}\n${AGAIN} Nothing was changed.`,
      );
    }
    for (const { slug, files, bytes } of api.uploads)
      console.log(`  ${slug}: ${files.length} files, ${Math.ceil(bytes / 1024)} KiB`);
  } finally {
    await api.stop();
  }
}

/** The CLI leaves out what it cannot read, and calls that a success. */
const incomplete = ({ stderr }: Ran) => stderr.includes("WARN: failed to read file");

async function setSecrets(plan: Plan, folder: string, secrets: Record<string, string>): Promise<void> {
  const file = path.join(folder, "secrets.env");
  // Within '…' and `…` the CLI takes everything as it is.
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
      "The functions could not be deployed, and those before them go on (supabase functions deploy)",
      ran,
    );
  if (incomplete(ran))
    throw refusal(plan, "The functions were deployed, but not whole (supabase functions deploy)", ran);
  console.log(`  ${slugs.join(", ")}`);
}

/** Tells the database where its functions live. */
async function setDoorbell({ functionsUrl, signal }: Plan, url: string): Promise<void> {
  const { remote, env } = database(url);
  const ran = await supabase(["db", "query", remote, "--yes", `select outbox.set_functions_url('${functionsUrl}')`], {
    env,
    signal,
  });
  if (ran.code !== 0)
    throw new Failure(
      `The database could not be told where its functions live (supabase db query):\n${words(ran)}\n${AGAIN}`,
    );
  console.log(`  ${functionsUrl}/dispatch`);
}

/** What is left to do by hand. */
function lastWords(plan: Plan, slugs: string[]): string {
  const region = plan.region ?? "<region>";
  const urls = Object.keys(PROVIDERS).filter((name) => slugs.includes(name));
  return [
    "Deployed. Enter at each provider, as its webhook's address:",
    ...urls.map((name) => `  ${name.padEnd(8)} ${plan.functionsUrl}/${name}?forceFunctionRegion=${region}`),
    ...(slugs.includes("catalog")
      ? [`And in the Railway backend, to write back: ${plan.functionsUrl}/catalog?forceFunctionRegion=${region}`]
      : []),
    "forceFunctionRegion runs the function beside the database" +
      (plan.region
        ? "."
        : ": put the project's region there, like eu-central-1 (dashboard > Project Settings > General)."),
    ...(plan.secrets ? [] : ["The secrets were left as they are: --env-file sets them."]),
    ...(plan.databaseUrl
      ? []
      : [
          "The database was left as it is: SUPABASE_DB_URL or --db-url brings it up to date. Until it knows where its functions live, it cannot ring them:",
          `  select outbox.set_functions_url('${plan.functionsUrl}');`,
        ]),
    `Then look whether it is up: curl ${plan.functionsUrl}/health`,
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
    const slugs = await step("Check of the functions", () => check(plan, folder));
    if (url) await step(`Migrations to ${new URL(url).host}`, () => applyPending(url, plan));
    if (secrets) await step("Secrets", () => setSecrets(plan, folder, secrets));
    await step("Functions", () => deployFunctions(plan, folder, slugs));
    if (url) await step("Doorbell", () => setDoorbell(plan, url));
    console.log(`\n${lastWords(plan, slugs)}`);
  });
}

/** Runs the command; resolves to its exit code. */
export function deploy(args: string[], options: DeployOptions = {}): Promise<number> {
  return carryOut(USAGE, options.signal, () => carryOutPlan(understand(args, options)));
}

await main(import.meta.url, deploy);
