/**
 * How large a function's bundle is, about. Hosted Supabase compresses a function's modules, and every file of the npm
 * packages that they import, with Brotli, and limits the result; its bundler (edge-runtime) needs Docker. Here the same
 * files are compressed: each package by itself, at a middling quality, so that it says rather too much.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** Hosted refuses 5 MB (supabase.com/docs/guides/functions/limits), and may fail from 4 MB on (supabase/cli#5076). */
export const MAX_BUNDLE_BYTES = 4_000_000;

const compress = (content: Buffer) =>
  brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;

const packages = new Map<string, number>();

/** Bytes. `files`: what the CLI uploads for the function. `project`: where its packages are installed. */
export function bundleSize(project: string, files: ReadonlyMap<string, Buffer>): number {
  const imports = importMapOf(files);
  const code = [...files].filter(([name]) => /\.[cm]?[jt]sx?$/.test(name)).map(([, content]) => content);
  const folders = new Set<string>();
  for (const specifier of code.flatMap((content) => specifiersOf(content.toString()))) {
    const target = imports[specifier] ?? specifier;
    const name = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)/.exec(target)?.[1];
    if (name !== undefined) addPackage(project, name, folders);
  }
  return compress(Buffer.concat([...files.values()])) + [...folders].reduce((sum, folder) => sum + sizeOf(folder), 0);
}

function importMapOf(files: ReadonlyMap<string, Buffer>): Record<string, string> {
  try {
    return JSON.parse(files.get("deno.json")?.toString() ?? "{}").imports ?? {};
  } catch {
    return {};
  }
}

/** What a module imports at run time: not what it imports only the types of. */
function specifiersOf(code: string): string[] {
  const found = code.matchAll(
    /^\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm,
  );
  return [...found].map(([, fixed, later]) => fixed ?? later!);
}

/** Adds the folder of a package, and of those that it depends on. One that is not installed counts nothing. */
function addPackage(from: string, name: string, folders: Set<string>): void {
  let place = from;
  while (!existsSync(path.join(place, "node_modules", name))) {
    if (path.dirname(place) === place) return;
    place = path.dirname(place);
  }
  const folder = realpathSync(path.join(place, "node_modules", name));
  if (folders.has(folder)) return;
  folders.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) addPackage(folder, dependency, folders);
}

/** Every file of it, for hosted packs them all, maps and types too. */
function sizeOf(folder: string): number {
  const known = packages.get(folder);
  if (known !== undefined) return known;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !/(^|[\\/])node_modules[\\/]/.test(path.relative(folder, entry.parentPath) + path.sep),
    )
    .map((entry) => path.join(entry.parentPath, entry.name));
  const size = compress(Buffer.concat(names.map((name) => readFileSync(name))));
  packages.set(folder, size);
  return size;
}
