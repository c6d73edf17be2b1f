/** `npm test`: everything, or the tests that are named. See HELP. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Stack, startStack } from "../local/stack.ts";
import { supabase } from "../local/supabase_cli.ts";
import { CHECKS } from "./check/index.ts";
import { main, type RunOptions, runCommand, UsageError } from "./command.ts";
import { findDrift } from "./schema/drift.ts";
import { ROOT } from "./schema/schema.ts";
import { allTestFiles, NoSuchTest, selectTests, type TestFiles } from "./test/paths.ts";
import { pgtapFiles, runPgtap, type Tally } from "./test/pgtap.ts";
import { watch } from "./test/watch.ts";
import { findStaleTypes } from "./types.ts";

const HELP = `
Runs the tests. Without a path: everything, that is npm run check, sql/ against the migrations, Supabase's advisors, the
database (pgTAP) and vitest. The last line counts all of them, and the exit code is 0 when none failed.

npm test -- [path…]
npm run test:watch -- [path…]

  path    a file or folder of tests/, with or without "tests/" and the file's ending, whether SQL or TypeScript:
            database/commerce/apply_payment   stack/money/refunds   functions/providers/stripe
          "check" stands for all that is no test of either: npm run check, sql/ against the migrations, the generated
          types and the advisors
  --watch runs them (all of vitest, where there is no path), and again after each change, until Ctrl+C`;

const PASSED: Tally = { passed: 1, failed: 0 };
const FAILED: Tally = { passed: 0, failed: 1 };
/** From so many pgTAP files on a second server is worth its start. */
const MANY_FILES = 40;

interface Part {
  name: string;
  run(context: Context): Promise<Tally>;
}

interface Context {
  signal: AbortSignal;
  /** Where this part's output goes. */
  print(text: string): void;
}

/** Runs a command line as npm runs a script, and passes its output on. Resolves to whether it ended with 0. */
function runs(command: string, { signal, print }: Context): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.platform === "win32" ? command : `exec ${command}`, {
      cwd: ROOT,
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      env: {
        ...process.env,
        PATH: `${path.join(ROOT, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`,
        ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
      },
    });
    child.stdout!.on("data", (data) => print(String(data)));
    child.stderr!.on("data", (data) => print(String(data)));
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
}

/** The checks of `npm run check`, each a part. */
const checks: readonly Part[] = CHECKS.map((check) => ({
  name: `npm run check -- ${check.name}`,
  async run({ signal, print }) {
    const complaint = await check.run(signal);
    if (complaint === undefined) return PASSED;
    print(`${complaint}\n`);
    return FAILED;
  },
}));

const drift: Part = {
  name: "Migrations against sql/",
  async run({ print }) {
    const { statements, rows } = await findDrift();
    if (!statements && rows.length === 0) return PASSED;
    print(
      `The migrations do not make what sql/ says. npm run migration -- <name> writes the difference:\n${statements}\n${rows.join("\n")}\n`,
    );
    return FAILED;
  },
};

/** Works with so many databases that have all migrations, and nothing going on beside. */
async function withDatabases<Result>(
  count: number,
  signal: AbortSignal,
  work: (urls: string[]) => Promise<Result>,
): Promise<Result> {
  const options = { prepared: true, fsync: false, background: { cron: false, pgNet: false }, signal };
  const started = await Promise.allSettled(Array.from({ length: count }, () => startStack(options)));
  const stacks = started.flatMap((one): Stack[] => (one.status === "fulfilled" ? [one.value] : []));
  try {
    for (const one of started) if (one.status === "rejected") throw one.reason;
    return await work(stacks.map(({ dbUrl }) => dbUrl));
  } finally {
    await Promise.all(stacks.map((stack) => stack.stop()));
  }
}

const advisors: Part = {
  name: "Database: Supabase's advisors",
  run: ({ signal, print }) =>
    withDatabases(1, signal, async ([url]) => {
      const advice = await supabase(["db", "advisors", `--remote=${url}`, "--level=warn", "--fail-on=warn"], {
        signal,
      });
      if (advice.code === 0) return PASSED;
      print(`supabase db advisors:\n${advice.stdout}${advice.stderr}`);
      return FAILED;
    }),
};

const generatedTypes: Part = {
  name: "Database: generated types",
  run: ({ signal, print }) =>
    withDatabases(1, signal, async ([url]) => {
      const stale = await findStaleTypes(url!, signal);
      if (stale === undefined) return PASSED;
      print(`${stale}\n`);
      return FAILED;
    }),
};

function database(files: string[]): Part {
  return {
    name: "Database: pgTAP",
    run: ({ signal, print }) =>
      withDatabases(files.length < MANY_FILES ? 1 : 2, signal, (urls) => runPgtap(urls, files, print, signal)),
  };
}

function vitest(files: string[] | "all"): Part {
  return {
    name: "vitest",
    async run(context) {
      const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-vitest-"));
      const report = path.join(folder, "report.json");
      try {
        const named = files === "all" ? [] : files.map((file) => JSON.stringify(path.relative(ROOT, file)));
        const command = ["vitest run --reporter=default --reporter=json", `--outputFile.json=${report}`, ...named];
        const content = await runs(command.join(" "), context);
        const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, "utf8"));
        // A file that cannot be loaded fails no test, but is a failure.
        return { passed: numPassedTests, failed: numFailedTests || (content ? 0 : 1) };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Runs a part; what it prints is told as it comes, or whole at its end where others run beside it. */
async function runPart({ name, run }: Part, signal: AbortSignal, atOnce: boolean): Promise<Tally> {
  const from = performance.now();
  const lines: string[] = [];
  if (atOnce) console.log(`\n── ${name}`);
  const print = (text: string) => void (atOnce ? process.stdout.write(text) : lines.push(text));
  const count = await run({ signal, print }).catch((error): Tally => {
    print(`${error.stack ?? error}\n`);
    return FAILED;
  });
  if (!atOnce) process.stdout.write(`\n── ${name}\n${lines.join("")}`);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`── ${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`);
  return count;
}

function sum(counts: Tally[]): Tally {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** One part after the other. */
async function inTurn(parts: readonly Part[], signal: AbortSignal, atOnce: boolean): Promise<Tally> {
  const counts: Tally[] = [];
  for (const part of parts) if (!signal.aborted) counts.push(await runPart(part, signal, atOnce));
  return sum(counts);
}

async function everything(signal: AbortSignal): Promise<Tally> {
  // On two cores: the database on one, mostly, while the other reads the code; vitest, which uses both, tells what it
  // does.
  const beside = inTurn([database(await pgtapFiles()), drift, generatedTypes, advisors], signal, false);
  const first = await inTurn(checks, signal, false);
  return sum([first, await inTurn([vitest("all")], signal, true), await beside]);
}

async function chosen(args: string[], signal: AbortSignal): Promise<Tally> {
  const files = named(await allTestFiles(), args);
  const parts = [
    ...(args.includes(CHECK) ? [...checks, drift, generatedTypes, advisors] : []),
    ...(files.pgtap.length > 0 ? [database(files.pgtap)] : []),
    ...(files.vitest.length > 0 ? [vitest(files.vitest)] : []),
  ];
  return await inTurn(parts, signal, true);
}

const CHECK = "check";

function named(all: TestFiles, args: string[]): TestFiles {
  const paths = args.filter((arg) => arg !== CHECK);
  return paths.length === 0 ? { pgtap: [], vitest: [] } : selectTests(all, paths);
}

/** Runs the command; resolves to its exit code: 0 none failed, 1 some did, 2 not understood, 130 stopped. */
export function test(args: string[], { signal = new AbortController().signal }: RunOptions = {}): Promise<number> {
  const options = { watch: { type: "boolean" } } as const;
  return runCommand({ help: HELP, options, allowPositionals: true }, args, signal, async ({ values, positionals }) => {
    try {
      if (values.watch) return await watch(positionals, signal);
      const { passed, failed } = await (positionals.length === 0 ? everything(signal) : chosen(positionals, signal));
      if (signal.aborted) return 130;
      console.log(`\n${passed} passed, ${failed} failed`);
      return failed === 0 ? 0 : 1;
    } catch (error) {
      throw error instanceof NoSuchTest ? new UsageError(error.message) : error;
    }
  });
}

await main(import.meta.url, test);
