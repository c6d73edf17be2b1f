/** What a result was measured on. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

export interface Machine {
  cpu: string;
  cores: number;
  memory_gb: number;
  os: string;
  node: string;
  /** Load of the last minute when it was looked at: others may have been at work. */
  load: number;
  packages: Record<string, string>;
}

export function describeMachine(packages: string[]): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.cpus().length,
    memory_gb: Math.round(os.totalmem() / 2 ** 30),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    load: Math.round(os.loadavg()[0]! * 100) / 100,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

/** What it was measured on, in a line above the results. */
export function machineLine({ cores, cpu, memory_gb, os, node, load, packages }: Machine): string {
  const deno = packages.deno ? `, Deno ${packages.deno}` : "";
  return `${cores} × ${cpu}, ${memory_gb} GB, ${os}, Node ${node}${deno}, load ${load} before`;
}

/** From the package's own package.json, which not every package lets one import. */
function versionOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(path.join(folder, name, "package.json"), "utf8")).version;
    } catch {
      // Not in this folder.
    }
  }
  return "not installed";
}
