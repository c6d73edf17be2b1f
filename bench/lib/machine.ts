/** What a result was measured on, and how much processor time it took. */
import { readdirSync, readFileSync } from "node:fs";
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

/**
 * Processor time spent so far, in ms: by this process, and by a server's child processes (0 where /proc does not tell).
 */
export function processorTime(server: number): { client: number; server: number } {
  const { user, system } = process.cpuUsage();
  return { client: (user + system) / 1000, server: childrenTime(server) };
}

/** Processor time a process has spent so far in all its threads, in ms; by 10 ms, as the kernel counts it. */
export function timeOf(pid: number): number {
  const fields = fieldsOf(String(pid));
  return 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
}

/** The process started by this one whose command line holds `words`; 0 when there is none. */
export function childWith(words: string): number {
  return Number(processes().find((pid) => parentOf(pid) === process.pid && of(pid, "cmdline").includes(words)) ?? 0);
}

/** Processor time of a process's children, in ms. */
export function childrenTime(parent: number): number {
  let nanoseconds = 0;
  for (const pid of processes()) {
    // Times are in schedstat finer than in stat.
    if (parentOf(pid) === parent) nanoseconds += Number(of(pid, "schedstat").split(" ")[0]);
  }
  return nanoseconds / 1e6;
}

/** What stat says after `pid (name) `, the name perhaps with blanks in it: state ppid … */
function fieldsOf(pid: string): string[] {
  return of(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
}

function parentOf(pid: string): number {
  return Number(fieldsOf(pid)[1]);
}

function processes(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function of(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
