/** `npm start`: runs the embedded Supabase until SIGTERM or Ctrl+C. */
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import postgres from "postgres";
import { DEMO_ADMIN, makeAdmin } from "../local/accounts.ts";
import { loadEnvironment } from "../local/environment.ts";
import { seedShop } from "../local/seed_shop.ts";
import { type Stack, startStack, withoutNodeNotice } from "../local/stack.ts";
import { sendWebhooks } from "../simulator/pay.ts";
import { createTraffic } from "../simulator/traffic.ts";
import { type CommandLine, main, portNumber, type RunOptions, runCommand, UsageError } from "./command.ts";

const HELP = `
Starts the embedded Supabase and keeps it running. Ctrl+C (or SIGTERM) stops it.

npm start -- [--port N] [--data-dir DIR] [--ready-file PATH] [--env-file PATH]

  --port N           the one port of all its parts, on 127.0.0.1 (default 54321; 0 = any free port)
  --data-dir DIR     keeps the database there (default: a new temporary folder, removed at the end)
  --ready-file PATH  writes a JSON file there as soon as everything runs: addresses, keys, secrets
  --env-file PATH    variables that override .env.example and .env; the environment overrides them all`;

const OPTIONS = {
  port: { type: "string" },
  "data-dir": { type: "string" },
  "ready-file": { type: "string" },
  "env-file": { type: "string" },
} as const;

interface Flags {
  port: number;
  dataDir?: string;
  readyFile?: string;
  envFile?: string;
}

/** @throws UsageError that says what is wrong with the command line. */
function flagsOf({ values }: CommandLine<typeof OPTIONS>): Flags {
  const port = portNumber(values.port ?? "54321");
  for (const name of ["data-dir", "ready-file", "env-file"] as const) {
    if (values[name] === "") throw new UsageError(`--${name} takes a path, not an empty text.`);
  }
  return { port, dataDir: values["data-dir"], readyFile: values["ready-file"], envFile: values["env-file"] };
}

/** Renamed into place, so that no reader finds half a file. Readable by its owner only: it holds keys. */
async function writeReadyFile(file: string, stack: Stack): Promise<void> {
  const ready = {
    api_url: stack.apiUrl,
    functions_url: stack.functionsUrl,
    db_url: stack.dbUrl,
    console_url: stack.consoleUrl,
    storefront_url: stack.storefrontUrl,
    admin: DEMO_ADMIN,
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
  Console          ${stack.consoleUrl}
    sign in as     ${DEMO_ADMIN.email}, password: ${DEMO_ADMIN.password}
  Shop             ${stack.storefrontUrl}
  Database         ${stack.dbUrl}
  Data             ${stack.postgres.dataDir}${dataDir === undefined ? " (temporary; --data-dir keeps it)" : ""}
  Publishable key  ${stack.publishableKey}
  Secret key       ${stack.secretKey}

Try it:
  curl ${stack.functionsUrl}/health
  npm run send -- stripe payment_intent.succeeded --url ${stack.functionsUrl}/stripe

Ctrl+C stops everything.`;
}

/** The account that signs in at the console, and the shop's products. */
async function prepareDemo(stack: Stack): Promise<void> {
  const { createClient } = await withoutNodeNotice(() => import("@supabase/supabase-js"));
  const client = await withoutNodeNotice(async () =>
    createClient(stack.apiUrl, stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      // It opens no socket, but asks for one on Node 20.
      realtime: { transport: class {} as never },
    }),
  );
  const sql = postgres(stack.dbUrl, { max: 1, onnotice() {} });
  try {
    await makeAdmin(client, sql, DEMO_ADMIN);
    await seedShop(sql);
    // Where the shop's chat is now: one of an earlier run had another port, perhaps.
    await sql`update community.settings set chat_url = ${`${stack.storefrontUrl}chat`}
      where only_row and (chat_url is null or chat_url ~ '^http://127\\.0\\.0\\.1:[0-9]+/shop/chat$')`;
  } finally {
    await sql.end();
  }
}

/** A killed npm passes no signal on to its script: its end is noticed by the new parent process. */
function whenOrphaned(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 250).unref();
}

/** Runs until `stop` is aborted, or the npm that started it has ended; also while it is still starting. */
async function run(flags: Flags, stop: AbortSignal | undefined): Promise<void> {
  const env = loadEnvironment(flags.envFile);
  const orphaned = new AbortController();
  if (process.env.npm_lifecycle_event) whenOrphaned(() => orphaned.abort());
  const signal = AbortSignal.any([orphaned.signal, ...(stop ? [stop] : [])]);
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  // The file of an earlier run would say that this one is ready.
  if (flags.readyFile) await rm(flags.readyFile, { force: true });

  console.log("Starting Signalbox …");
  const from = performance.now();
  const stack = await startStack({
    port: flags.port,
    dataDir: flags.dataDir,
    env,
    // The demo admin needs no mail.
    log: (line) => {
      if (!line.startsWith(`[mail] to ${DEMO_ADMIN.email}`)) console.log(line);
    },
    sendWebhooks,
    traffic: createTraffic,
    progress: (step, took) => console.log(`  ${step.padEnd(14)} ${seconds(took)}`),
    signal,
  }).catch((error) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!stack) return;

  try {
    await prepareDemo(stack);
    if (flags.readyFile) await writeReadyFile(flags.readyFile, stack);
    console.log(summary(stack, performance.now() - from, flags.dataDir));
    await stopped;
  } finally {
    console.log("Stopping …");
    await stack.stop();
  }
}

/** Runs the command; resolves to its exit code. */
function start(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS }, args, signal, (line) => run(flagsOf(line), signal));
}

await main(import.meta.url, start);
