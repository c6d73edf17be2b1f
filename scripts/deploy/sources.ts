/**
 * The sources of a function that is deployed, as GET /v1/projects/{ref}/functions/{slug}/body tells them: what the
 * dashboard's editor shows, and `supabase functions download --use-api` writes. Modules of which only types are used
 * are not among them: they are not in the bundle.
 */
import type { ManagementClient } from "./management_client.ts";

/** A function as GET /v1/projects/{ref}/functions lists it. */
export interface DeployedFunction {
  slug: string;
  version: number;
  verify_jwt: boolean;
  /** As `file:///tmp/user_fn_…/source/functions/stripe/index.ts`. */
  entrypoint_path?: string;
  import_map_path?: string;
}

export interface Sources {
  /** The name of the entrypoint among `files`. */
  entrypoint: string;
  /** The name of the import map among `files`; undefined: it is not there. */
  importMap?: string;
  files: Map<string, Buffer>;
}

/** @throws Failure when the project does not tell them. */
export async function readDeployed(api: ManagementClient): Promise<DeployedFunction[]> {
  const listed = await api.ask("functions", "The project could not be reached");
  return Array.isArray(listed) ? listed : [];
}

/** Undefined when they are told in a form that is not known. @throws Failure */
export async function readSources(api: ManagementClient, deployed: DeployedFunction): Promise<Sources | undefined> {
  const response = await api.send(
    `functions/${deployed.slug}/body`,
    `The sources of ${deployed.slug} could not be read`,
    {
      accept: "multipart/form-data",
    },
  );
  const boundary = /boundary="?([^";]+)"?/.exec(response.headers.get("content-type") ?? "")?.[1];
  if (boundary === undefined) return undefined;
  let told: string | undefined;
  const files = new Map<string, Buffer>();
  for (const { name, file, body } of partsOf(Buffer.from(await response.arrayBuffer()), boundary)) {
    if (name === "metadata") told = entrypointIn(body.toString());
    else if (file !== undefined) files.set(file, body);
  }
  const names = [...files.keys()];
  const entrypoint = nameIn(names, told) ?? nameIn(names, deployed.entrypoint_path);
  if (entrypoint === undefined) return undefined;
  const importMap = nameIn(names, deployed.import_map_path);
  // Below the folder that all have in common: `source/` is the bundler's.
  const root = commonFolder(names);
  return {
    entrypoint: entrypoint.slice(root.length),
    importMap: importMap?.slice(root.length),
    files: new Map([...files].map(([name, content]) => [name.slice(root.length), content])),
  };
}

/** "" or a path that ends with a slash. */
function commonFolder(names: string[]): string {
  let root = names[0]!.slice(0, names[0]!.lastIndexOf("/") + 1);
  while (!names.every((name) => name.startsWith(root)))
    root = root.slice(0, root.lastIndexOf("/", root.length - 2) + 1);
  return root;
}

function entrypointIn(metadata: string): string | undefined {
  try {
    const { deno2_entrypoint_path, entrypoint_path } = JSON.parse(metadata);
    return deno2_entrypoint_path ?? entrypoint_path;
  } catch {
    return undefined;
  }
}

/** The one of `names` that a path, perhaps longer at its beginning, ends with. */
function nameIn(names: string[], path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const found = names.filter((name) => path === name || path.endsWith(`/${name}`));
  return found.toSorted((a, b) => b.length - a.length)[0];
}

/** Read here, for FormData drops the header that has a file's whole path. */
function* partsOf(body: Buffer, boundary: string): Generator<{ name?: string; file?: string; body: Buffer }> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  const all = Buffer.concat([Buffer.from("\r\n"), body]);
  let at = all.indexOf(mark);
  while (at !== -1) {
    const begin = at + mark.length;
    if (all.subarray(begin, begin + 2).toString() === "--") return;
    let next = all.indexOf(mark, begin);
    // A file may hold the boundary's text; a delimiter is followed by a line end or two dashes.
    while (next !== -1 && !/^(--|\r\n)/.test(all.subarray(next + mark.length, next + mark.length + 2).toString()))
      next = all.indexOf(mark, next + 1);
    if (next === -1) return;
    const part = all.subarray(begin, next);
    const split = part.indexOf("\r\n\r\n");
    const head = part.subarray(0, split).toString();
    yield {
      name: /\bname="([^"]*)"/i.exec(head)?.[1],
      file: /^supabase-path:\s*(.+?)\s*$/im.exec(head)?.[1] ?? /\bfilename="([^"]*)"/i.exec(head)?.[1],
      body: Buffer.from(part.subarray(split + 4)),
    };
    at = next;
  }
}

/** What the CLI would upload for a function. */
export interface LocalFunction {
  entrypoint: string;
  verifyJwt: boolean;
  files: ReadonlyMap<string, Buffer>;
}

/**
 * Whether what is deployed runs the same code: each of its files is the same here. A file that is only here is one of
 * types, for a new module needs a change in the one that imports it.
 */
export function isSame(deployed: DeployedFunction, sources: Sources, local: LocalFunction): boolean {
  if (deployed.verify_jwt !== local.verifyJwt) return false;
  // The project may tell the tree from another root: the end of the entrypoint's path says how the two lie together.
  const there = sources.entrypoint.split("/");
  const here = local.entrypoint.split("/");
  let common = 0;
  while (common < Math.min(there.length, here.length) && there.at(-1 - common) === here.at(-1 - common)) common++;
  if (common === 0) return false;
  const root = there
    .slice(0, there.length - common)
    .map((part) => `${part}/`)
    .join("");
  const base = here
    .slice(0, here.length - common)
    .map((part) => `${part}/`)
    .join("");
  return [...sources.files].every(([name, content]) => {
    if (!name.startsWith(root)) return false;
    const mine = local.files.get(base + name.slice(root.length));
    return mine?.equals(content) ?? false;
  });
}
