/** `npm run lock`: completes package-lock.json with the optional packages of other platforms. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { main, type RunOptions, runCommand } from "./command.ts";
import { ROOT } from "./schema/schema.ts";

const HELP = `
Completes package-lock.json after a change of dependencies: adds the optional packages of other platforms. npm leaves
them out when its registry lacks them, and then \`npm ci\` refuses the lock file on every machine.

npm run lock`;

interface Entry {
  version: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
  [more: string]: unknown;
}

/** Runs the command; resolves to its exit code. */
function lock(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, async () => {
    const file = path.join(ROOT, "package-lock.json");
    const content = JSON.parse(await readFile(file, "utf8")) as { packages: Record<string, Entry> };
    const added = addMissing(content.packages);
    content.packages = Object.fromEntries(Object.entries(content.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
    console.log(`${added} packages of other platforms added to package-lock.json.`);
  });
}

/** @returns how many it added. */
function addMissing(packages: Record<string, Entry>): number {
  let added = 0;
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    if (place === "") continue;
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = `node_modules/${name}` in packages || `${place}/node_modules/${name}` in packages;
      const platform = platformOf(name);
      if (known || !platform.os || !/^\d/.test(version)) continue;
      packages[`node_modules/${name}`] = { version, ...platform, ...(dev && { dev }), optional: true };
      added++;
    }
  }
  return added;
}

/** The platform that a package's name tells: `@deno/linux-arm64-glibc`. */
function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] } {
  const find = (words: string[]) => words.find((word) => new RegExp(`\\b${word}\\b`).test(name));
  const os = find(["linux", "darwin", "win32", "windows", "android", "freebsd"])?.replace("windows", "win32");
  const cpu = find(["x64", "arm64", "ia32", "arm"]);
  const libc = find(["musl", "glibc"]);
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
}

await main(import.meta.url, lock);
