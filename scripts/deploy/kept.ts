/**
 * The functions' last version: kept before a deployment overwrites it, and deployed again by --undo. It is what the
 * project itself tells (docs/decisions/0012-undo_by_sources.md), in a file of this machine: sources, and no secret.
 */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../command.ts";
import type { Running } from "./functions.ts";
import type { ManagementClient } from "./management_client.ts";
import type { Target } from "./target.ts";

interface KeptFunction {
  slug: string;
  version: number;
  verifyJwt: boolean;
  entrypoint: string;
  importMap?: string;
  /** Base64 by name. */
  files: Record<string, string>;
}

interface KeptVersion {
  project: string;
  /** When it was overwritten, ISO 8601 UTC. */
  keptAt: string;
  functions: KeptFunction[];
  /** Functions that the deployment added: they had no version before. */
  added: string[];
  /** Functions whose sources the project did not tell: they are not here. */
  notKept: string[];
}

const EXTENSION = ".json";
const UNDONE = ".undone.json";

const folderOf = ({ keepIn, ref }: Target) => path.join(keepIn, ref);

/** Writes down what runs of `replaced` and `removed`. Returns what to say about it. */
export async function keepVersion(
  target: Target,
  running: Running,
  { replaced, added }: { replaced: string[]; added: string[] },
): Promise<string[]> {
  const kept: KeptVersion = {
    ...{ project: target.ref, keptAt: new Date().toISOString(), functions: [], added, notKept: [] },
  };
  for (const slug of replaced) {
    const there = running.get(slug);
    const sources = there?.sources;
    // Without its import map it could not be bundled again.
    if (there === undefined || sources === undefined || (there.deployed.import_map_path && !sources.importMap)) {
      kept.notKept.push(slug);
      continue;
    }
    kept.functions.push({
      ...{ slug, version: there.deployed.version, verifyJwt: there.deployed.verify_jwt },
      ...{ entrypoint: sources.entrypoint, importMap: sources.importMap },
      files: Object.fromEntries([...sources.files].map(([name, content]) => [name, content.toString("base64")])),
    });
  }
  if (kept.functions.length > 0 || added.length > 0) {
    const folder = folderOf(target);
    await mkdir(folder, { recursive: true });
    const name = kept.keptAt.replace(/[^0-9TZ]/g, "");
    await writeFile(path.join(folder, `${name}${EXTENSION}`), JSON.stringify(kept));
  }
  return [
    replaced.length === 0
      ? "None of these functions ran before."
      : `For --undo: ${kept.functions.length} functions in ${folderOf(target)}.`,
    ...(kept.notKept.length === 0
      ? []
      : [
          `Not kept, for the project does not tell their sources: ${kept.notKept.join(", ")}. ` +
            "Back to their last version: check out its commit, and deploy that.",
        ]),
  ];
}

/** Deploys the version before the last deployment. Returns what to say about it. */
export async function undo(target: Target, api: ManagementClient): Promise<string[]> {
  const folder = folderOf(target);
  const names = (await readdir(folder).catch(() => [] as string[])).filter(
    (name) => name.endsWith(EXTENSION) && !name.endsWith(UNDONE),
  );
  const newest = names.toSorted().at(-1);
  if (newest === undefined) {
    throw new Failure(
      `There is nothing to undo: ${folder} keeps no version (--keep says where else). It is on the machine that deployed; ` +
        "in GitHub Actions, it is an artifact of the run. Else: check out the commit that ran before, and deploy that.",
    );
  }
  const file = path.join(folder, newest);
  const kept = JSON.parse(await readFile(file, "utf8")) as KeptVersion;
  const slugs = kept.functions.map(({ slug }) => slug);
  const versions = kept.functions.map(({ slug, version }) => `${slug} (version ${version})`);
  const lines = [
    `Of ${kept.keptAt}: ${versions.join(", ") || "none"}.`,
    ...(kept.added.length === 0 ? [] : [`Added since, and left as they are: ${kept.added.join(", ")}.`]),
    ...(kept.notKept.length === 0 ? [] : [`Not kept, and left as they are: ${kept.notKept.join(", ")}.`]),
    "Migrations, secrets and settings stay as they are.",
  ];
  if (target.dryRun) return [...lines, "Nothing was changed (--dry-run)."];
  const bundles: unknown[] = [];
  for (const one of kept.functions) bundles.push(await upload(api, one));
  if (bundles.length > 0) {
    await api.send("functions", "The functions could not go live; those deployed before keep running", {
      method: "PUT",
      body: bundles,
    });
  }
  await rename(file, file.slice(0, -EXTENSION.length) + UNDONE);
  return [...lines, `Live again: ${slugs.join(", ") || "nothing"}.`];
}

/** As the CLI uploads one of several: bundled, but not live yet. */
async function upload(api: ManagementClient, kept: KeptFunction): Promise<unknown> {
  const form = new FormData();
  for (const [name, content] of Object.entries(kept.files))
    form.append("file", new File([Buffer.from(content, "base64")], name));
  form.append(
    "metadata",
    JSON.stringify({
      ...{ entrypoint_path: kept.entrypoint, import_map_path: kept.importMap, static_patterns: [] },
      ...{ verify_jwt: kept.verifyJwt, name: kept.slug },
    }),
  );
  const bundle = await api.ask(
    `functions/deploy?slug=${kept.slug}&bundleOnly=true`,
    `${kept.slug} could not be uploaded; all functions keep running as they are`,
    { method: "POST", body: form },
  );
  const { updated_at: _, ...rest } = Object(bundle) as Record<string, unknown>;
  return rest;
}
