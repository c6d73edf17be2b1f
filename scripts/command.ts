/** What the commands that change a hosted project have in common: how they are told, how they fail, and how they are stopped. */
import { pathToFileURL } from "node:url";
import type { Ran } from "../local/supabase_cli.ts";

/** The command line was not understood, or lacks something. */
export class UsageError extends Error {}

/** A step did not succeed. The message says what to do next. */
export class Failure extends Error {}

/** Runs a command; resolves to its exit code: 0 done, 1 failed, 2 not understood, 130 stopped. */
export async function carryOut(
  usage: string,
  signal: AbortSignal | undefined,
  work: () => Promise<void>,
): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (signal?.aborted) {
      console.error("Stopped. What was done stays done; every step may be repeated: run the command again to finish.");
      return 130;
    }
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** When `module` is what node was started with: runs its command. Ctrl+C stops it, with everything that it started. */
export async function main(
  module: string,
  command: (args: string[], options: { signal: AbortSignal }) => Promise<number>,
): Promise<void> {
  if (module !== pathToFileURL(process.argv[1] ?? "").href) return;
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked.abort());
  process.exitCode = await command(process.argv.slice(2), asked);
}

/** Turns what goes wrong in reading the command line into an error that shows the usage. */
export function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What the CLI goes on about, whatever happens. */
const NOISE =
  /^(\s*$|│|▲|Target: |Confirmed by --yes|DRY RUN|Deploying Function|Uploading asset|Try rerunning the command with --debug|Connect to your database by setting the env var)/;

/** The CLI's own words, as lines to show below ours. */
export function words({ stdout, stderr }: Ran): string {
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => !NOISE.test(line));
  return lines.map((line) => `  ${line}`).join("\n");
}
