/** All checks that need neither a database nor a running function: `npm run check` and `npm test` run them. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { run } from "../../local/supabase_cli.ts";
import { releasedMigrationProblems } from "../schema/released.ts";
import { MIGRATIONS, ROOT } from "../schema/schema.ts";
import { findStaleNames, openNames } from "./comments.ts";
import { allFiles, ownFiles } from "./files.ts";
import { findMisnamed } from "./names.ts";
import { findSqlProblems } from "./sql.ts";
import { findWideLines } from "./width.ts";

/**
 * TypeScript 7's compiler, which needs a fifth of 5.9's time. Both are installed, for 7 has no API yet that
 * dependency-cruiser and our own tests of the code could use.
 */
export const TSC = path.join(ROOT, "node_modules/typescript-7/bin/tsc");

export interface Check {
  /** As `npm run check -- <name>` takes it. */
  name: string;
  /** What holds when it passes. */
  what: string;
  /** @returns what to print when it does not hold; undefined when it does. */
  run(signal?: AbortSignal): Promise<string | undefined>;
}

export const CHECKS: readonly Check[] = [
  {
    name: "types",
    what: "TypeScript's types fit (tsc)",
    run: async (signal) => {
      const complaints = [];
      for (const folder of [".", "web", "clients/web"])
        complaints.push(await program(TSC, ["-p", folder, "--noEmit", "--pretty", "false"], signal));
      return complaints.filter((complaint) => complaint !== undefined).join("\n") || undefined;
    },
  },
  {
    name: "lint",
    what: "code is formatted, and free of what Biome's linter finds",
    run: (signal) => program("biome", ["ci", "--colors=off", "--max-diagnostics=50", "."], signal),
  },
  {
    name: "rooms",
    what: "no import circle, and no room imports what it may not (.dependency-cruiser.cjs)",
    run: (signal) => program("depcruise", ["--config", ".dependency-cruiser.cjs", "."], signal),
  },
  {
    name: "deno",
    what: "the functions' types fit under Deno",
    run: async (signal) => program("deno", ["check", "--quiet", ...(await entrypoints())], signal),
  },
  {
    name: "dead",
    what: "no file, export or dependency is unused (knip)",
    run: (signal) => program("knip", ["--no-progress"], signal),
  },
  {
    name: "names",
    what: "files are named in snake_case",
    run: async () => report(findMisnamed(await ownFiles())),
  },
  {
    name: "width",
    what: "no line is wider than 120 columns",
    run: async () => report(await inFiles(await ownFiles(), findWideLines)),
  },
  {
    name: "comments",
    what: "comments name only files that are there",
    run: async () => {
      const isThere = openNames(await allFiles());
      return report(await inFiles(await ownFiles(), (file, text) => findStaleNames(file, text, isThere)));
    },
  },
  {
    name: "sql",
    what: "each function, table and view of sql/ has a comment, and a file that is named for it",
    run: async () => {
      const files = (await ownFiles()).filter((file) => file.startsWith("sql/") && file.endsWith(".sql"));
      return report(await inFiles(files, findSqlProblems));
    },
  },
  {
    name: "migrations",
    what: "migrations after the first are safe for tables in use (squawk), and those of a release stay as they are",
    run: async (signal) => {
      const files = await migrationFiles();
      const unsafe = await checkMigrations(
        files.slice(1).map((file) => path.join(MIGRATIONS, file)),
        signal,
      );
      return [...(await releasedMigrationProblems(files)), ...(unsafe ? [unsafe] : [])].join("\n") || undefined;
    },
  },
];

/** @returns what squawk finds in these migrations; undefined when it finds nothing. */
export async function checkMigrations(files: string[], signal?: AbortSignal): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  return program("squawk", ["--config", ".squawk.toml", "--reporter", "gcc", ...files], signal);
}

async function migrationFiles(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).sort();
}

async function entrypoints(): Promise<string[]> {
  const folders = (await readdir(path.join(ROOT, "functions"))).filter((name) => !/^_|\./.test(name));
  return folders.map((name) => `functions/${name}/index.ts`);
}

/** Runs a program that npm installed, by its name or path. @returns its output when it fails. */
async function program(name: string, args: string[], signal: AbortSignal | undefined): Promise<string | undefined> {
  const env = { ...process.env, NO_COLOR: "1" };
  const ran = await run(path.resolve(ROOT, "node_modules/.bin", name), args, { cwd: ROOT, env, signal });
  return ran.code === 0 ? undefined : `${ran.stdout}${ran.stderr}`.trim();
}

async function inFiles(files: string[], find: (file: string, text: string) => string[]): Promise<string[]> {
  const found = await Promise.all(files.map(async (file) => find(file, await readFile(path.join(ROOT, file), "utf8"))));
  return found.flat();
}

function report(lines: string[]): string | undefined {
  return lines.length === 0 ? undefined : `${lines.join("\n")}\n${lines.length} found.`;
}
