/** How much a guest's browser loads, gzipped, before anything is clicked. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { builtPages } from "../../local/pages.ts";

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

test("the first load is at most 25 KB, and supabase-js is not part of it", async () => {
  const folder = await builtPages("storefront");
  const manifest: Record<string, Chunk> = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
  const filesOf = ({ file, imports = [], css = [] }: Chunk): string[] => [
    file,
    ...css,
    ...imports.flatMap((name) => filesOf(manifest[name]!)),
  ];
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry)!;
  const files = [...new Set(filesOf(entry)), "index.html"];
  const bodies = await Promise.all(files.map((file) => readFile(path.join(folder, file))));
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
  expect(bytes).toBeLessThan(25 * 1024);
  expect(bodies.join("\n")).not.toContain("realtime");
  expect(entry.dynamicImports).not.toEqual([]);
});
