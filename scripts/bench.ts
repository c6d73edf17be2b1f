/**
 * `npm run bench`: the benchmarks of bench/, each in a process of its own, since each measures its own processor time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Failure, main, type RunOptions, runCommand, UsageError } from "./command.ts";
import { ROOT } from "./schema/schema.ts";

const BENCHMARKS: Readonly<Record<string, string>> = {
  ingest: "how many webhooks a second are received",
  courier: "how many deliveries a second are sent, and how soon one arrives",
  isolation: "what a failing destination costs the others",
  growth: "what millions of settled rows cost the next one",
  retention: "what deleting old rows costs, and what partitions would",
  two_couriers: "that two couriers send nothing twice",
  cold_start: "how long the first answer of a function takes",
  screen: "how soon the pages are painted, and a committed row is seen in them",
};

const HELP = `
Runs the benchmarks, and writes their raw results to bench/results/. bench/README.md has methods and results.

npm run bench [-- --quick]             all of them, one after another: about 55 minutes
npm run bench -- <name> [its options]  one of them; npm run bench -- <name> --help lists its options

  --quick        little work, to see that they run: nothing is written

${Object.entries(BENCHMARKS)
  .map(([name, what]) => `  ${name.padEnd(13)}  ${what}`)
  .join("\n")}`;

/** Runs the command; resolves to its exit code. */
function bench(args: string[], { signal }: RunOptions = {}): Promise<number> {
  const [first, ...rest] = args;
  if (first !== undefined && Object.hasOwn(BENCHMARKS, first)) return runBenchmark(first, rest, signal);
  const options = { quick: { type: "boolean" } } as const;
  return runCommand({ help: HELP, options, allowPositionals: true }, args, signal, async ({ values, positionals }) => {
    if (positionals.length > 0) throw new UsageError(`There is no benchmark "${positionals[0]}".`);
    for (const [name, what] of Object.entries(BENCHMARKS)) {
      console.log(`\n# ${name}: ${what}\n`);
      const code = await runBenchmark(name, values.quick ? ["--quick"] : [], signal);
      if (code !== 0) throw new Failure(`The benchmark ${name} failed.`);
    }
  });
}

async function runBenchmark(name: string, args: string[], signal: AbortSignal | undefined): Promise<number> {
  const file = path.join(ROOT, "bench", name, "index.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], { stdio: "inherit", signal });
  const [code] = await once(child, "exit");
  return code ?? 1;
}

await main(import.meta.url, bench);
