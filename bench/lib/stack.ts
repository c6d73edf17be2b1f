/**
 * As much of the embedded Supabase as a benchmark needs: Postgres with our schema, the gateway, Deno and the providers'
 * stand-ins. No workers (pg_net, cron) and no Realtime server, unless asked for: their work comes after what is
 * measured, and would take the processors that it is measured on.
 */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { makeAuthSchema } from "../../local/auth_schema.ts";
import { developmentEnvironment } from "../../local/environment.ts";
import { startPgNet } from "../../local/extensions/pg_net.ts";
import { readFunctionsConfig, startFunctions } from "../../local/functions.ts";
import { startGateway } from "../../local/gateway.ts";
import { DEVELOPMENT_KEYS } from "../../local/keys.ts";
import { pushMigrations } from "../../local/migrations.ts";
import { startPostgres } from "../../local/postgres/postgres.ts";
import { askProvider, createProviders, standInEnvironment } from "../../local/providers/index.ts";
import { withoutNodeNotice } from "../../local/stack.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");

export interface BenchStack {
  /** Owner role. */
  dbUrl: string;
  /** Superuser. */
  adminUrl: string;
  functionsUrl: string;
  /** What the functions see. */
  env: Record<string, string>;
  /** Process id of the Postgres server. */
  server: number;
  /** Makes a database of its own on the same server, and says where it is. */
  createDatabase(name: string): Promise<string>;
  /** One of the `copies`: its address for the owner, and for the superuser. */
  copy(name: string): { url: string; adminUrl: string };
  stop(): Promise<void>;
}

export interface BenchStackOptions {
  /** Databases to make on the same server, each a copy of ours as it is after the migrations. */
  copies?: string[];
  /** Settings the server must start with. */
  settings?: Record<string, string>;
  /** What the functions see besides. */
  env?: Record<string, string>;
  /** Whether pg_net's worker runs, which rings the doorbell. */
  pgNet?: boolean;
}

export async function openBenchStack({
  settings = {},
  env: more = {},
  pgNet = false,
  copies = [],
}: BenchStackOptions = {}): Promise<BenchStack> {
  const ends: (() => Promise<unknown>)[] = [];
  const log = (line: string) => console.error(line);

  async function stop(): Promise<void> {
    for (const end of ends.splice(0).reverse()) await end();
  }

  async function start(): Promise<BenchStack> {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), "signalbox-bench-"));
    ends.push(() => rm(dataDir, { recursive: true, force: true }));
    await chmod(dataDir, 0o755); // the server may run as another user
    if (Object.keys(settings).length > 0) await configure(dataDir, settings);
    const server = await startPostgres({ dataDir });
    ends.push(server.stop);
    const dbUrl = server.url("postgres");
    const adminUrl = server.url("supabase_admin");
    const gateway = await startGateway({ port: 0, log });
    ends.push(gateway.stop);
    const functionsUrl = `${gateway.url}/functions/v1`;

    await makeAuthSchema(server, () => withoutNodeNotice(() => import("../../local/data_api.ts")));
    await pushMigrations(dbUrl, PROJECT);
    await run(adminUrl, async (sql) => {
      await sql`select outbox.set_functions_url(${functionsUrl})`;
    });

    // Before anything else connects: Postgres copies only a database that nobody uses.
    await run(server.url("supabase_admin", "template1"), async (sql) => {
      for (const name of copies) await sql.unsafe(`create database ${name} template postgres owner postgres`);
    });

    const development = developmentEnvironment();
    const standIns = standInEnvironment(gateway.url, development);
    const env = { ...development, ...standIns, ...more, SUPABASE_URL: gateway.url, SUPABASE_DB_URL: dbUrl };
    const functions = await startFunctions({
      folder: path.join(PROJECT, "functions"),
      config: readFunctionsConfig(
        await readFile(path.join(PROJECT, "supabase/config.toml"), "utf8"),
        path.join(PROJECT, "supabase"),
      ),
      env,
      keys: DEVELOPMENT_KEYS,
      log,
    });
    ends.push(functions.stop);
    const providers = createProviders();
    gateway.open({
      functions: functions.handle,
      dataApi: async () => new Response(null, { status: 404 }),
      providers: (request) => askProvider(providers, request),
    });
    if (pgNet) ends.push((await startPgNet({ databaseUrl: adminUrl, log })).stop);
    return {
      dbUrl,
      adminUrl,
      functionsUrl,
      env,
      server: await server.pid(),
      async createDatabase(name) {
        await run(adminUrl, (sql) => sql.unsafe(`create database ${name} owner postgres`));
        return server.url("postgres", name);
      },
      copy: (name) => ({ url: server.url("postgres", name), adminUrl: server.url("supabase_admin", name) }),
      stop,
    };
  }

  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes settings into a fresh cluster, which has no other way to start with them. */
async function configure(dataDir: string, settings: Record<string, string>): Promise<void> {
  const server = await startPostgres({ dataDir });
  try {
    await run(server.url("supabase_admin"), async (sql) => {
      for (const [name, value] of Object.entries(settings)) await sql.unsafe(`alter system set ${name} = '${value}'`);
    });
  } finally {
    await server.stop();
  }
}

async function run(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice() {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
