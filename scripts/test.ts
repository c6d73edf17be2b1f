/**
 * `npm test`: everything. Types, format and lint, the functions under Deno, the database (pgTAP, Supabase's advisors, sql/ against
 * the migrations) and vitest (functions, the local parts, the whole system). The last line counts all of them.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startStack } from "../local/stack.ts";
import { supabase } from "../local/supabase_cli.ts";
import { findDrift } from "./schema/drift.ts";
import { ROOT } from "./schema/schema.ts";
import { runPgtap } from "./test/pgtap.ts";

interface Count {
  passed: number;
  failed: number;
}

const PASSED: Count = { passed: 1, failed: 0 };
const FAILED: Count = { passed: 0, failed: 1 };

/** Runs a program of the project's, its output passed on. Resolves to whether it was content. */
function runs(program: string, ...args: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, "node_modules/.bin", program), args, {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
}

async function check(program: string, ...args: string[]): Promise<Count> {
  return (await runs(program, ...args)) ? PASSED : FAILED;
}

async function functionsUnderDeno(): Promise<Count> {
  const folders = (await readdir(path.join(ROOT, "functions"))).filter(
    (name) => !name.startsWith("_") && !name.includes("."),
  );
  return check("deno", "check", "--quiet", ...folders.map((name) => `functions/${name}/index.ts`));
}

async function database(): Promise<Count> {
  const stack = await startStack({ background: { cron: false, pgNet: false } });
  try {
    const advice = await supabase(["db", "advisors", `--remote=${stack.dbUrl}`, "--level=warn", "--fail-on=warn"]);
    if (advice.code !== 0) console.log(`supabase db advisors:\n${advice.stdout}${advice.stderr}`);
    return sum([advice.code === 0 ? PASSED : FAILED, await runPgtap(stack.dbUrl)]);
  } finally {
    await stack.stop();
  }
}

async function drift(): Promise<Count> {
  const { statements, rows } = await findDrift();
  if (!statements && rows.length === 0) return PASSED;
  console.log(
    `The migrations do not make what sql/ says. npm run migration -- <name> writes the difference:\n${statements}\n${rows.join("\n")}`,
  );
  return FAILED;
}

async function vitest(): Promise<Count> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "signalbox-vitest-"));
  const report = path.join(folder, "report.json");
  try {
    const content = await runs("vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`);
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, "utf8"));
    // A file that cannot be loaded fails no test, but is a failure.
    return { passed: numPassedTests, failed: numFailedTests || (content ? 0 : 1) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sum(counts: Count[]): Count {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }));
}

const PARTS: [string, () => Promise<Count>][] = [
  ["Types", () => check("tsc", "-p", ".")],
  ["Lint and format", () => check("biome", "ci", "--reporter=summary", ".")],
  ["Rooms and import circles", () => check("depcruise", "--config", ".dependency-cruiser.cjs", ".")],
  ["Functions under Deno", functionsUnderDeno],
  ["Migrations against sql/", drift],
  ["Database: advisors and pgTAP", database],
  ["vitest", vitest],
];

const counts: Count[] = [];
for (const [name, run] of PARTS) {
  const from = Date.now();
  console.log(`\n── ${name}`);
  const count = await run().catch((error): Count => {
    console.error(error);
    return FAILED;
  });
  console.log(
    `── ${name}: ${count.passed} passed, ${count.failed} failed (${((Date.now() - from) / 1000).toFixed(1)} s)`,
  );
  counts.push(count);
}
const { passed, failed } = sum(counts);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
