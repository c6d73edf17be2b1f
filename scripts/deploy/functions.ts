/** The functions: checking them, comparing them with those that are deployed, deploying and deleting them. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readFunctionsConfig } from "../../local/functions.ts";
import { startManagementApi } from "../../local/management_api.ts";
import { type Ran, run, supabase } from "../../local/supabase_cli.ts";
import { cliOutput } from "../cli_output.ts";
import { Failure } from "../command.ts";
import { ROOT } from "../schema/schema.ts";
import { bundleSize, MAX_BUNDLE_BYTES } from "./bundle_size.ts";
import { ApiFailure, advice, type ManagementClient } from "./management_client.ts";
import { type DeployedFunction, isSame, type LocalFunction, readSources, type Sources } from "./sources.ts";
import type { Target } from "./target.ts";

/** The files that functions are made of. */
export const PARTS = ["deno.json", "functions", "supabase/config.toml"];

/** What is to be deployed, by name; what is wrong with it. */
export interface CheckedFunctions {
  local: Map<string, LocalFunction>;
  problems: string[];
  notes: string[];
}

/** Checks the functions of config.toml: types, and a rehearsal of the upload. */
export async function checkFunctions(target: Target, folder: string): Promise<CheckedFunctions> {
  const toml = await readFile(path.join(folder, "supabase/config.toml"), "utf8");
  const config = readFunctionsConfig(toml, path.join(target.project, "supabase"));
  const enabled = Object.entries(config).filter(([, { enabled }]) => enabled !== false);
  const folders = (await readdir(path.join(folder, "functions"))).filter(
    (name) => !name.startsWith("_") && !name.includes("."),
  );
  const problems: string[] = [];
  const unnamed = folders.filter((name) => !(name in config));
  if (unnamed.length > 0) {
    problems.push(
      `supabase/config.toml does not name functions/${unnamed.join(", functions/")}. Add a block [functions.<name>] for each.`,
    );
  }
  const entrypoints = enabled.map(
    ([slug, { entrypoint }]) => entrypoint ?? path.join(target.project, "functions", slug, "index.ts"),
  );
  const types = await run(path.join(ROOT, "node_modules/.bin/deno"), ["check", "--quiet", ...entrypoints], {
    cwd: target.project,
    env: { ...process.env, NO_COLOR: "1" },
    signal: target.signal,
  });
  if (types.code !== 0) problems.push(`The functions do not type-check (deno check):\n${cliOutput(types)}`);
  if (problems.length > 0) return { local: new Map(), problems, notes: [] };
  const local = await rehearse(target, folder);
  if (local instanceof Map) return { local, problems, notes: [await describe(target, local)] };
  return { local: new Map(), problems: [local], notes: [] };
}

/**
 * Deploys to a stand-in: shows what would be uploaded, and finds missing files, as `deno check` does not for
 * `import("…")`. Returns what is wrong, else the functions.
 */
async function rehearse({ ref, signal }: Target, folder: string): Promise<string | Map<string, LocalFunction>> {
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
    if (ran.code !== 0 || isIncomplete(ran))
      return `The functions cannot be deployed (a rehearsal of supabase functions deploy):\n${cliOutput(ran)}`;
    return new Map(
      api.uploads.map(({ slug, contents, metadata }) => [
        slug,
        { entrypoint: metadata.entrypoint_path, verifyJwt: metadata.verify_jwt ?? true, files: contents },
      ]),
    );
  } finally {
    await api.stop();
  }
}

/** The CLI leaves out files that it cannot read, and still reports success. */
const isIncomplete = ({ stderr }: Ran) => stderr.includes("WARN: failed to read file");

/** How large the bundles are, and which are near hosted's limit. */
async function describe({ project }: Target, local: Map<string, LocalFunction>): Promise<string> {
  const sizes = [...local].map(([slug, { files }]) => ({ slug, bytes: bundleSize(project, files) }));
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes)[0];
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const over = sizes.filter(({ bytes }) => bytes > MAX_BUNDLE_BYTES);
  return [
    `${sizes.length} functions type-check and can be uploaded` +
      (largest === undefined ? "." : `; the largest bundle is that of ${largest.slug}, ${mb(largest.bytes)}.`),
    ...over.map(
      ({ slug, bytes }) =>
        `WARNING: the bundle of ${slug} is about ${mb(bytes)}. Hosted Supabase refuses bundles from 5 MB on: ` +
        "import less, or smaller packages.",
    ),
  ].join("\n");
}

/** By name. */
export interface FunctionChanges {
  added: string[];
  changed: string[];
  unchanged: string[];
  /** Deployed, but what they are made of is not told. */
  unknown: string[];
  /** Deployed, but not here. */
  removed: string[];
}

/** What is deployed, with its sources where the project tells them. */
export type Running = Map<string, { deployed: DeployedFunction; sources?: Sources }>;

/** @throws Failure when the project cannot be asked. */
export async function readRunning(api: ManagementClient, deployed: DeployedFunction[]): Promise<Running> {
  const running: Running = new Map();
  for (const one of deployed) running.set(one.slug, { deployed: one, sources: await sourcesOf(api, one) });
  return running;
}

async function sourcesOf(api: ManagementClient, deployed: DeployedFunction): Promise<Sources | undefined> {
  try {
    return await readSources(api, deployed);
  } catch (error) {
    // A bundle in a form that cannot be unpacked: the function is deployed anew.
    if (error instanceof ApiFailure && error.status !== null && error.status !== 401) return undefined;
    throw error;
  }
}

export function compareFunctions(local: ReadonlyMap<string, LocalFunction>, running: Running): FunctionChanges {
  const changes: FunctionChanges = { added: [], changed: [], unchanged: [], unknown: [], removed: [] };
  for (const [slug, mine] of [...local].toSorted(([a], [b]) => a.localeCompare(b))) {
    const there = running.get(slug);
    if (there === undefined) changes.added.push(slug);
    else if (there.sources === undefined) changes.unknown.push(slug);
    else changes[isSame(there.deployed, there.sources, mine) ? "unchanged" : "changed"].push(slug);
  }
  changes.removed = [...running.keys()].filter((slug) => !local.has(slug)).sort();
  return changes;
}

/** What is to be uploaded again for a moment's failure of the API. The CLI itself tries again after a 429. */
const FOR_A_MOMENT = /status (429|502|503|504)\b|ECONNRESET|ETIMEDOUT|EPIPE|socket hang up/i;
const TRIES = 3;

/** Uploads all functions; they go live together. Uploading one twice has no other effect than once. */
export async function deployFunctions(target: Target, folder: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    const ran = await supabase(
      [...target.profile, "functions", "deploy", "--use-api", `--remote=${target.ref}`, "--yes"],
      {
        cwd: folder,
        env: { ...target.network, SUPABASE_ACCESS_TOKEN: target.token },
        signal: target.signal,
      },
    );
    if (ran.code === 0 && !isIncomplete(ran)) return;
    if (ran.code !== 0 && tried < TRIES && FOR_A_MOMENT.test(ran.stderr)) {
      console.log("  The Management API failed for a moment; once more.");
      await sleep(target.retryDelayMs * 4 ** tried, undefined, { signal: target.signal });
      continue;
    }
    const what =
      ran.code === 0
        ? "The functions were deployed, but files are missing (supabase functions deploy)"
        : "The functions could not be deployed; those deployed before keep running (supabase functions deploy)";
    throw refusal(target, what, ran);
  }
}

/** What failed, the CLI's output with the token hidden, and what to do next. */
function refusal({ ref, token }: Target, what: string, ran: Ran): Failure {
  return new Failure(`${what}:\n${cliOutput(ran).replaceAll(token, "…")}\n${advice(ref, ran.stderr)}`);
}

export async function deleteFunctions(api: ManagementClient, slugs: string[]): Promise<void> {
  for (const slug of slugs)
    await api.send(`functions/${slug}`, `The function ${slug} could not be deleted`, { method: "DELETE" });
}
