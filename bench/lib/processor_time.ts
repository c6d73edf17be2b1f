/** How much processor time a measurement took. */
import { readdirSync, readFileSync } from "node:fs";

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

/** Processor time of a process's children, in ms: of those that run, and of those that ended (autovacuum's workers). */
export function childrenTime(parent: number): number {
  const ended = fieldsOf(String(parent));
  let nanoseconds = 1e7 * (Number(ended[13] ?? 0) + Number(ended[14] ?? 0));
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
