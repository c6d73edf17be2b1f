/** What `npm run deploy` is told: its command line, and what follows from it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { developmentEnvironment } from "../../local/environment.ts";
import { type CommandLine, Failure, type RunOptions, UsageError } from "../command.ts";
import { databaseUrl } from "../schema/migrate.ts";
import { ROOT } from "../schema/schema.ts";

export const HELP = `
Puts Signalbox on a hosted Supabase project. It checks everything, says what will change, and then applies migrations,
sets secrets, deploys functions, tells the database where they are, and tries the result. Every step can be repeated.
docs/guides/deploy.md has the whole way.

SUPABASE_ACCESS_TOKEN=sbp_… SUPABASE_DB_URL=postgresql://… npm run deploy -- --project REF [options]

  --project REF                the project: the 20 letters in the address of its dashboard
  --env-file PATH              sets the functions' secrets: the variables of .env.example that PATH sets
  --dry-run                    checks, says what would change, and changes nothing
  --prune                      deletes the project's functions that supabase/config.toml does not name
  --undo                       puts the functions back to the version before the last deployment, and does nothing else
  --keep FOLDER                where that version is kept. Default: .deployments, which is not committed
  --no-smoke-test              does not try the result
  --allow-development-secrets  accepts the values of .env.example, weak secrets and http:// addresses too, for a project
                               that is only a trial
  --db-url URL                 the project's database, instead of SUPABASE_DB_URL. npm prints its command line, with the
                               password.
                               Without either, the database is left as it is
  --profile FILE               another Supabase than supabase.com, as \`supabase --profile\` takes it`;

export const OPTIONS = {
  project: { type: "string" },
  "env-file": { type: "string" },
  "dry-run": { type: "boolean" },
  prune: { type: "boolean" },
  undo: { type: "boolean" },
  keep: { type: "string" },
  "no-smoke-test": { type: "boolean" },
  "db-url": { type: "string" },
  profile: { type: "string" },
  "allow-development-secrets": { type: "boolean" },
} as const;

export const AGAIN = "Every step can be repeated: fix what it says, and run the command again.";

/** Where the Management API is, without --profile. */
const MANAGEMENT_API = "https://api.supabase.com";

export interface DeployOptions extends RunOptions {
  /** The folder with functions/ and supabase/. Default: this project. */
  project?: string;
  /** Calls the functions and the Management API. Default: the platform's. */
  fetch?: typeof fetch;
  /** Before the first retry, in ms; it doubles with each. Default 500. */
  retryDelayMs?: number;
}

/** A hosted project, and how to reach it. */
export interface ProjectAccess {
  ref: string;
  token: string;
  /** Of the Management API. */
  apiUrl: string;
  /** Calls the functions and the Management API. */
  fetch: typeof fetch;
  retryDelayMs: number;
  /** Waits, in ms, before a request is made again. Default: the clock's. */
  wait?: (ms: number) => Promise<unknown>;
  signal?: AbortSignal;
}

export interface Target extends ProjectAccess {
  /** The folder with functions/ and supabase/. */
  project: string;
  /** The CLI's flags for --profile. */
  profile: string[];
  databaseUrl?: string;
  /** What --env-file sets. */
  given?: GivenSecrets;
  /** The project is only a trial: what only harms it is accepted. */
  trial: boolean;
  functionsUrl: string;
  /** Proxy and certificate variables of the caller, for the CLI. */
  network: Record<string, string | undefined>;
  /** Where the functions' last version is kept. */
  keepIn: string;
  dryRun: boolean;
  prune: boolean;
  undo: boolean;
  smokeTest: boolean;
}

/** What a file sets of the variables that .env.example names. */
export interface GivenSecrets {
  file: string;
  /** All that the file sets. */
  all: Record<string, string>;
  /** What .env.example names of it, without what is empty. */
  values: Record<string, string>;
}

/** @throws UsageError, Failure */
export function readTarget(
  { values }: CommandLine<typeof OPTIONS>,
  { project = ROOT, env = process.env, signal, fetch: call = fetch, retryDelayMs = 500 }: DeployOptions,
): Target {
  const ref = readRef(values.project);
  const token = readToken(env);
  const url = databaseUrl(values["db-url"], env);
  if (url !== undefined) checkOwner(url, ref);
  const profile = readProfile(values.profile);
  return {
    ...{ project, ref, token, signal, fetch: call, retryDelayMs },
    ...profile,
    databaseUrl: url,
    given: values["env-file"] === undefined ? undefined : readSecrets(values["env-file"]),
    trial: values["allow-development-secrets"] ?? false,
    functionsUrl: `https://${ref}.${profile.projectHost}/functions/v1`,
    network: Object.fromEntries(
      Object.entries(env).filter(([name]) => /^(https?_proxy|no_proxy|ssl_cert_file|node_extra_ca_certs)$/i.test(name)),
    ),
    keepIn: path.resolve(values.keep ?? path.join(project, ".deployments")),
    dryRun: values["dry-run"] ?? false,
    prune: values.prune ?? false,
    undo: values.undo ?? false,
    smokeTest: !values["no-smoke-test"],
  };
}

/** @throws UsageError */
export function readRef(ref: string | undefined): string {
  if (ref === undefined)
    throw new UsageError("Which project? --project takes the 20 letters in the address of its dashboard.");
  if (!/^[a-z]{20}$/.test(ref))
    throw new UsageError(`--project ${ref}: expected 20 lower-case letters, as in the address of its dashboard.`);
  return ref;
}

/** @throws UsageError */
export function readToken(env: NodeJS.ProcessEnv): string {
  if (env.SUPABASE_ACCESS_TOKEN) return env.SUPABASE_ACCESS_TOKEN;
  throw new UsageError(
    "SUPABASE_ACCESS_TOKEN is not set. Create a token at https://supabase.com/dashboard/account/tokens.",
  );
}

/** What `--profile` says: the CLI's flags for it, the address of the Management API, and the host of its projects. */
export function readProfile(file: string | undefined): { profile: string[]; apiUrl: string; projectHost: string } {
  if (file === undefined) return { profile: [], apiUrl: MANAGEMENT_API, projectHost: "supabase.co" };
  const absolute = path.resolve(file);
  const text = readGiven("--profile", absolute);
  const host = /\bproject_host["']?\s*[:=]\s*["']?([\w.-]+)/.exec(text)?.[1];
  if (host === undefined)
    throw new UsageError(`${absolute} (--profile) has no project_host: the host of its projects, like supabase.co.`);
  const url = /\bapi_url["']?\s*[:=]\s*["']?(https?:\/\/[^\s"']+)/.exec(text)?.[1];
  if (url === undefined) throw new UsageError(`${absolute} (--profile) has no api_url, like ${MANAGEMENT_API}.`);
  return { profile: ["--profile", absolute], apiUrl: url.replace(/\/+$/, ""), projectHost: host };
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

/** @throws UsageError, Failure when the file sets nothing of ours. */
export function readSecrets(file: string): GivenSecrets {
  const all = parseEnv(readGiven("--env-file", file)) as Record<string, string>;
  const names = Object.keys(developmentEnvironment()).filter((name) => all[name]);
  if (names.length === 0)
    throw new Failure(`${file} sets none of the variables that .env.example names. Copy .env.example, and fill it in.`);
  return { file, all, values: Object.fromEntries(names.map((name) => [name, all[name]!])) };
}
