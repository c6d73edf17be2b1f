/** How much a browser loads, gzipped. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { builtPages } from "../../local/pages.ts";

interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

let manifest: Record<string, Chunk>;
let folder: string;

beforeAll(async () => {
  folder = await builtPages("console");
  manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
});

/** The files that are loaded with these modules, without those that are loaded later. */
function filesOf(modules: string[], seen = new Set<string>()): string[] {
  return modules.flatMap((module) => {
    if (seen.has(module)) return [];
    seen.add(module);
    const { file, imports = [], css = [] } = manifest[module]!;
    return [file, ...css, ...filesOf(imports, seen)];
  });
}

async function gzippedKb(files: string[]): Promise<number> {
  const all = await Promise.all([...new Set(files)].map((file) => readFile(path.join(folder, file))));
  return all.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0) / 1024;
}

const entry = () => Object.keys(manifest).find((module) => manifest[module]!.isEntry)!;
/** The pages that the entry loads when they are opened. */
const pages = () => Object.keys(manifest).filter((module) => /^src\/pages\//.test(module));

test("the first page loads at most 140 KB", async () => {
  expect(await gzippedKb(filesOf([entry(), "src/pages/home.tsx"]))).toBeLessThan(140);
});

test("all pages together, without sign-in, charts and dialogs, load at most 160 KB", async () => {
  expect(pages().length).toBeGreaterThan(10);
  expect(await gzippedKb(filesOf([entry(), ...pages()]))).toBeLessThan(160);
});

test("sign-in, charts and dialogs are loaded when they are needed", () => {
  const first = filesOf([entry(), ...pages()]).join("\n");
  for (const module of ["src/ui/chart.tsx", "src/actions/action_dialog.tsx", "src/actions/bulk_dialog.tsx"]) {
    expect(manifest[module], module).toBeDefined();
    expect(first).not.toContain(manifest[module]!.file);
  }
  const auth = Object.values(manifest).find(({ src }) => src?.includes("@supabase/auth-js"));
  expect(first).not.toContain(auth!.file);
});
