/** What a browser downloads of the built pages, gzipped as the gateway and every static host does. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { builtPages } from "../../local/pages.ts";

interface Chunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
  css?: string[];
}

export interface Bundle {
  page: string;
  /** Gzipped bytes of index.html and all that its first page needs. */
  first_load: number;
  /** What is loaded when it is needed: its gzipped bytes beyond the first load. The largest first. */
  lazy: { module: string; bytes: number }[];
  /** All files together. */
  everything: number;
}

/** `first`: modules that the page at its root loads besides the entry. */
export async function measureBundle(page: string, first: readonly string[] = []): Promise<Bundle> {
  const folder = await builtPages(page);
  const manifest: Record<string, Chunk> = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
  const bytesOf = async (files: Iterable<string>) => {
    const bodies = await Promise.all([...files].map((file) => readFile(path.join(folder, file))));
    return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
  };
  const filesOf = (modules: readonly string[]): Set<string> => {
    const seen = new Set<string>();
    const files = new Set<string>();
    const visit = (module: string) => {
      if (seen.has(module)) return;
      seen.add(module);
      const { file, css = [], imports = [] } = manifest[module]!;
      for (const one of [file, ...css]) files.add(one);
      imports.forEach(visit);
    };
    modules.forEach(visit);
    return files;
  };
  const modules = Object.keys(manifest);
  const loaded = filesOf([...modules.filter((module) => manifest[module]!.isEntry), ...first]).add("index.html");
  const beyondFirst = (module: string) => [...filesOf([module])].filter((file) => !loaded.has(file));
  const lazy = await Promise.all(
    modules
      .filter((module) => manifest[module]!.isDynamicEntry && !first.includes(module))
      .map(async (module) => ({ module, bytes: await bytesOf(beyondFirst(module)) })),
  );
  return {
    page,
    first_load: await bytesOf(loaded),
    lazy: lazy.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes),
    everything: await bytesOf(filesOf(modules).add("index.html")),
  };
}
