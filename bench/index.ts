/** `npm run bench`: all benchmarks, one after the other; `npm run bench -- <name> [its flags]`: one of them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const BENCHMARKS = {
  ingest: "how many webhooks a second are taken in",
  courier: "how many deliveries a second go out, and how soon one arrives",
  isolation: "what a destination in trouble costs the others",
  growth: "what millions of settled rows cost the next one",
  two_couriers: "that two couriers send nothing twice",
  cold_start: "how long a function's first answer takes",
};

const HELP = `npm run bench [-- --quick]                all of them, one after the other
npm run bench -- <name> [its own flags]   one of them; --help tells its flags

${Object.entries(BENCHMARKS)
  .map(([name, what]) => `  ${name.padEnd(13)} ${what}`)
  .join("\n")}
`;

/** In a process of its own: each measures its own processor time. */
async function run(name: string, flags: string[]): Promise<void> {
  const file = path.join(import.meta.dirname, name, "index.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, ...flags], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The benchmark ${name} failed.`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--help" || first === "-h") {
  console.log(HELP);
} else if (first === undefined || first.startsWith("--")) {
  for (const name of Object.keys(BENCHMARKS)) {
    console.log(`\n# ${name}: ${BENCHMARKS[name as keyof typeof BENCHMARKS]}\n`);
    await run(name, process.argv.slice(2));
  }
} else if (first in BENCHMARKS) {
  await run(first, rest);
} else {
  throw new Error(`There is no benchmark ${first}.\n\n${HELP}`);
}
