/** `npm start`: the embedded Supabase, kept running until SIGTERM or Ctrl+C. */
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { loadEnvironment } from "../local/environment.ts";
import { type Stack, startStack } from "../local/stack.ts";

const HELP = `Starts the embedded Supabase and keeps it running. Ctrl+C (or SIGTERM) stops it.

npm start -- [--port N] [--data-dir DIR] [--ready-file PATH] [--env-file PATH]

  --port N           where everything is reached, on 127.0.0.1 (default 54321; 0 = any free port)
  --data-dir DIR     keeps the database there (default: a new temporary folder, removed at the end)
  --ready-file PATH  writes a JSON file there as soon as everything runs: addresses, keys, secrets
  --env-file PATH    variables that override .env.example and .env; the environment overrides them all
  --help             this text
`;

interface Flags {
  port: number;
  dataDir?: string;
  readyFile?: string;
  envFile?: string;
}

/** @throws Error that says what is wrong with the command line. */
function readFlags(args: string[]): Flags | "help" {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      "data-dir": text,
      "ready-file": text,
      "env-file": text,
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const port = Number(values.port ?? "54321");
  if (values.port?.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port takes a number from 0 to 65535, not "${values.port}".`);
  }
  for (const name of ["data-dir", "ready-file", "env-file"] as const) {
    if (values[name] === "") throw new Error(`--${name} takes a path, not an empty text.`);
  }
  return { port, dataDir: values["data-dir"], readyFile: values["ready-file"], envFile: values["env-file"] };
}

/** Whole or not at all: who waits for the file never reads half of it. Only we may read it, for it holds keys. */
async function writeReadyFile(file: string, stack: Stack): Promise<void> {
  const ready = {
    api_url: stack.apiUrl,
    functions_url: stack.functionsUrl,
    db_url: stack.dbUrl,
    console_url: null,
    publishable_key: stack.publishableKey,
    secret_key: stack.secretKey,
    jwt_secret: stack.jwtSecret,
    secrets: stack.secrets,
  };
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  await writeFile(partial, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

function summary(stack: Stack, took: number, dataDir?: string): string {
  return `Ready in ${seconds(took)}.

  API              ${stack.apiUrl}
  Functions        ${stack.functionsUrl}
  Database         ${stack.dbUrl}
  Data             ${stack.postgres.dataDir}${dataDir === undefined ? " (temporary; --data-dir keeps it)" : ""}
  Publishable key  ${stack.publishableKey}
  Secret key       ${stack.secretKey}

Try it:
  curl ${stack.functionsUrl}/health
  npm run send -- stripe payment_intent.succeeded --url ${stack.functionsUrl}/stripe

Ctrl+C stops everything.`;
}

/** npm that is killed tells its script nothing, and who killed it means us. */
function whenOrphaned(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 250).unref();
}

/** Runs until asked to end; what comes before the stack is ready ends it as well. */
async function run(flags: Flags): Promise<void> {
  const env = loadEnvironment(flags.envFile);
  const asked = new AbortController();
  const ended = new Promise<void>((resolve) => asked.signal.addEventListener("abort", () => resolve()));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked.abort());
  if (process.env.npm_lifecycle_event) whenOrphaned(() => asked.abort());
  // A file of an earlier run would say that we are ready.
  if (flags.readyFile) await rm(flags.readyFile, { force: true });

  console.log("Starting Signalbox …");
  const from = performance.now();
  const stack = await startStack({
    port: flags.port,
    dataDir: flags.dataDir,
    env,
    log: console.log,
    progress: (step, took) => console.log(`  ${step.padEnd(14)} ${seconds(took)}`),
    signal: asked.signal,
  }).catch((error) => {
    if (asked.signal.aborted) return undefined;
    throw error;
  });
  if (!stack) return;

  try {
    if (flags.readyFile) await writeReadyFile(flags.readyFile, stack);
    console.log(summary(stack, performance.now() - from, flags.dataDir));
    await ended;
  } finally {
    console.log("Stopping …");
    await stack.stop();
  }
}

// Whoever read our output may go away (`npm start | head`): no reason to fall over.
process.stdout.on("error", () => {});

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags === "help") console.log(HELP);
  else await run(flags);
} catch (error) {
  // What went wrong is said in a line or two for the reader; where in our code it happened helps only us.
  console.error(process.env.DEBUG ? error : `Error: ${(error as Error).message}`);
  process.exitCode = 1;
}
