/**
 * `npm run lock`: completes package-lock.json after a change of dependencies. A registry that lacks the packages of other
 * platforms makes npm leave them out of the lock file, and `npm ci` then refuses it everywhere. They are optional and named by
 * platform; npm fetches only the one it runs on.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "./schema/schema.ts";

interface Entry {
  version: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
  [more: string]: unknown;
}

const FILE = path.join(ROOT, "package-lock.json");
const lock = JSON.parse(await readFile(FILE, "utf8")) as { packages: Record<string, Entry> };

/** What a package's name says of its platform: `@deno/linux-arm64-glibc`. */
function platformOf(name: string): { os?: string[]; cpu?: string[]; libc?: string[] } {
  const find = (words: string[]) => words.find((word) => new RegExp(`\\b${word}\\b`).test(name));
  const os = find(["linux", "darwin", "win32", "windows", "android", "freebsd"])?.replace("windows", "win32");
  const cpu = find(["x64", "arm64", "ia32", "arm"]);
  const libc = find(["musl", "glibc"]);
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
}

let added = 0;
for (const [place, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  if (place === "") continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const known = `node_modules/${name}` in lock.packages || `${place}/node_modules/${name}` in lock.packages;
    const platform = platformOf(name);
    if (known || !platform.os || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...platform, ...(dev && { dev }), optional: true };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added to package-lock.json.`);
