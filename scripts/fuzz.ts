/** `npm run fuzz`: mutated webhooks of a provider against its function. The engine is simulator/fuzz/. */
import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { developmentEnvironment } from "../local/environment.ts";
import { startStack } from "../local/stack.ts";
import { MAX_MEMORY_MB, type Report } from "../simulator/fuzz/engine.ts";
import { type RunningStack, runFuzz } from "../simulator/fuzz/run.ts";
import { TARGETS } from "../simulator/fuzz/targets.ts";
import { type CommandLine, main, type RunOptions, runCommand, UsageError, wholeNumber } from "./command.ts";

/** Of the function's heap. */
const HEAP_MB = 64;

const HELP = `
Sends N mutated webhooks of a provider to its function: fields removed and retyped, odd text and numbers, deep nesting,
damaged bodies, wrong signatures, odd headers, repeated ids. Nothing may be answered 5xx (503 only for a named reason);
nothing may happen that no authentic event says; the function's process may hold 128 MB at most (anonymous memory: the
mapped pages of the Deno binary are not counted). Its heap may have 64 MB, a quarter of what hosted gives: whatever
needs more ends it, and without this V8 lets garbage lie.

npm run fuzz -- [--provider NAME] [--requests N] [--seed S]

  --provider NAME     ${Object.keys(TARGETS).join(", ")}, or all (default)
  --requests N        for each provider (default 1000)
  --seed S            the same seed and count give the same requests (default: a new one, printed)
  --only I            sends only the request at place I of the run
  --ready-file PATH   fuzzes the stack that "npm start -- --ready-file PATH" runs; default: one of its own

Exit code: 0 nothing was found, 1 something was (the smallest request that shows it is printed), 2 not understood.`;

const OPTIONS = {
  provider: { type: "string", default: "all" },
  requests: { type: "string", default: "1000" },
  seed: { type: "string" },
  only: { type: "string" },
  "ready-file": { type: "string" },
} as const;

/** Runs the command; resolves to its exit code. */
function fuzz(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS }, args, signal, (line) => run(line, signal));
}

async function run(line: CommandLine<typeof OPTIONS>, signal?: AbortSignal): Promise<number> {
  const { providers, readyFile, ...options } = planOf(line);
  const { stack, stop } = await openStack(readyFile);
  let found = 0;
  try {
    for (const provider of providers) {
      if (signal?.aborted) return 130;
      const report = await runFuzz(stack, {
        ...options,
        signal,
        provider,
        progress: (sent) => process.stderr.isTTY && process.stderr.write(`\r${provider}: ${sent} sent `),
      });
      print(report, options.seed, options.requests);
      found += report.findings.length;
    }
  } finally {
    await stop();
  }
  return found === 0 ? 0 : 1;
}

function planOf({ values }: CommandLine<typeof OPTIONS>) {
  const known = Object.keys(TARGETS);
  if (values.provider !== "all" && !known.includes(values.provider))
    throw new UsageError(`There is no provider "${values.provider}". There is: ${known.join(", ")}, all`);
  return {
    providers: values.provider === "all" ? known : [values.provider],
    requests: wholeNumber("requests", values.requests, 1),
    seed: values.seed === undefined ? randomInt(1_000_000) : wholeNumber("seed", values.seed, 0),
    only: values.only === undefined ? undefined : wholeNumber("only", values.only, 0),
    readyFile: values["ready-file"],
  };
}

/** The stack to fuzz: a running one, or a new one without cron and pg_net, so that only the requests do anything. */
async function openStack(readyFile: string | undefined): Promise<{ stack: RunningStack; stop(): Promise<void> }> {
  if (readyFile !== undefined) return { stack: JSON.parse(await readFile(readyFile, "utf8")), stop: async () => {} };
  const env = { ...developmentEnvironment(), MAKE_WEBHOOK_SECRET: "development-make-secret-for-fuzzing" };
  const own = await startStack({ env, memoryLimitMb: HEAP_MB, background: { cron: false, pgNet: false } });
  const stack = { api_url: own.apiUrl, functions_url: own.functionsUrl, db_url: own.dbUrl, secrets: own.secrets };
  return { stack, stop: own.stop };
}

function print({ provider, sent, answers, findings, memory, seconds }: Report, seed: number, requests: number): void {
  const rate = Math.round(sent / seconds);
  console.log(`\n${provider}: ${sent} requests in ${seconds.toFixed(1)} s (${rate} a second), --seed ${seed}`);
  const counted = Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`  answers  ${counted.map(([answer, count]) => `${answer}: ${count}`).join(", ")}`);
  if (memory) {
    const { first, peak, last, mapped } = memory;
    console.log(`  memory   ${peak} MB at most, of ${MAX_MEMORY_MB} allowed; ${last} at the end`);
    console.log(
      `  growth   ${peak - first} MB, from ${first} after the first batch; beside it ${mapped} MB of the binary`,
    );
  } else console.log("  memory   not measured: this system has no /proc");
  if (findings.length === 0) console.log("  findings none");
  for (const { what, index, request, answer } of findings) {
    console.log(`  FINDING  ${what}`);
    if (index >= 0 && request)
      console.log(
        `    again: npm run fuzz -- --provider ${provider} --requests ${requests} --seed ${seed} --only ${index}`,
      );
    if (!request) continue;
    console.log(`    ${request.method} ${request.url}`);
    for (const [name, value] of Object.entries(request.headers)) console.log(`    ${name}: ${shown(value)}`);
    console.log(`    ${shown(request.body.toString(), 3000)}`);
    if (answer) console.log(`    answer: ${answer.failure ?? `${answer.status} ${shown(answer.text)}`}`);
  }
}

/** Printable, and not longer than a screen. */
function shown(text: string, most = 300): string {
  const printable = text.replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return printable.length > most ? `${printable.slice(0, most)}… (${text.length} characters)` : printable;
}

await main(import.meta.url, fuzz);
