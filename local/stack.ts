/**
 * The embedded Supabase as a whole: starts every part in the right order, and ends them all again.
 *
 *     const stack = await startStack({ env: await loadEnvironment() });
 *     await fetch(`${stack.functionsUrl}/health`);
 *     await stack.stop();
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import postgresClient from "postgres";
import { makeAuthSchema } from "./auth_schema.ts";
import { createControls, type Traffic } from "./breaking/controls.ts";
import { createReceivers, receiverEnvironment } from "./breaking/receivers.ts";
import { type ProjectConfig, readProjectConfig } from "./config.ts";
import type { DataApi, Mail, Mailing } from "./data_api.ts";
import { startPgCron } from "./extensions/pg_cron.ts";
import { startPgNet } from "./extensions/pg_net.ts";
import { type Functions, readFunctionsConfig, startFunctions } from "./functions.ts";
import { startGateway } from "./gateway.ts";
import { DEVELOPMENT_KEYS, type Keys, legacyKeys } from "./keys.ts";
import { PARTS, pushMigrations } from "./migrations.ts";
import { createPages } from "./pages.ts";
import { type Postgres, preparedServer, startPostgres } from "./postgres/postgres.ts";
import { sharedFolder } from "./postgres/template.ts";
import { askProvider, createProviders, type Providers, standInEnvironment } from "./providers/index.ts";
import { startRealtime } from "./realtime/server.ts";

const LOCAL = fileURLToPath(new URL("./", import.meta.url));
const PROJECT = fileURLToPath(new URL("../", import.meta.url));

export interface StackOptions {
  /** Of the one address everything is reached at. 0 or absent: any free port. */
  port?: number;
  /** Kept between runs. Default: a fresh temporary folder, removed at stop. */
  dataDir?: string;
  /**
   * Starts on a copy of a database that has the project's migrations already; it is made at the first start that asks
   * for it. Stacks started so share what Deno has compiled, too. For tests, which start many stacks on new data. Not
   * with `dataDir`.
   */
  prepared?: boolean;
  /** Default true. False where nobody needs the data after a crash of the machine. */
  fsync?: boolean;
  /** Default false. True: what is made in schema public is granted to the API's roles, as in projects before 2026. */
  legacyPrivileges?: boolean;
  /** The functions' secrets. */
  env?: Record<string, string>;
  /** The folder with supabase/ and functions/. Default: this project. */
  project?: string;
  /** What the parts have to say: functions' output, failures, restarts. */
  log?: (line: string) => void;
  /** Told of each step when it is done, and how long it took. */
  progress?: (step: string, milliseconds: number) => void;
  /** The most that the heap of a function's worker may hold, in MB. Default 256, as hosted. */
  memoryLimitMb?: number;
  /** Background workers, both on by default. Off: a test rings or ticks by itself. */
  background?: { cron?: boolean; pgNet?: boolean };
  /**
   * Sends webhooks signed as the provider would (simulator/pay.ts). With it, what functions/checkout answers leads to a
   * page to pay at, here; without it, to the provider's own address.
   */
  sendWebhooks?: (
    provider: string,
    webhooks: string[],
    functionsUrl: string,
    log: (line: string) => void,
    env: Record<string, string>,
  ) => Promise<unknown>;
  /**
   * With it, the console has the page "Break it" (breaking/controls.ts), and make.com and Railway have stand-ins where
   * `env` says no address. Makes what the page sends.
   */
  traffic?: (functionsUrl: string, env: Record<string, string>) => Traffic;
  /** Gives up starting; what had started is ended. */
  signal?: AbortSignal;
}

export interface Stack {
  apiUrl: string;
  functionsUrl: string;
  /** The admins' page; it is built when it is first opened. */
  consoleUrl: string;
  /** The shop, for buyers; built in the same way. */
  storefrontUrl: string;
  /** Owner role `postgres`. */
  dbUrl: string;
  /** Superuser: for tests only, hosted has none. */
  adminUrl: string;
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
  /** The project's own variables, as the functions see them. */
  secrets: Record<string, string>;
  /** All that the functions see: hosted's variables and the secrets. */
  env: Record<string, string>;
  postgres: Postgres;
  functions: Pick<Functions, "pid" | "setClock">;
  /** The stand-ins for the providers' APIs, which the functions ask where no <PROVIDER>_BASE_URL says otherwise. */
  providers: Providers;
  stop(): Promise<void>;
}

/** The variables hosted gives to every function. */
function platformEnvironment(apiUrl: string, dbUrl: string, keys: Keys): Record<string, string> {
  const legacy = legacyKeys(keys.jwtSecret);
  return {
    SUPABASE_URL: apiUrl,
    SUPABASE_DB_URL: dbUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    // Tokens are signed HS256 here: there is no public key.
    SUPABASE_JWKS: JSON.stringify({ keys: [] }),
    SUPABASE_ANON_KEY: legacy.anon,
    SUPABASE_SERVICE_ROLE_KEY: legacy.serviceRole,
    SB_REGION: "local",
  };
}

/**
 * supabase-js, which lite brings along, tells every start on Node 20 that a later version of it will want a later Node.
 */
export async function withoutNodeNotice<Result>(load: () => Promise<Result>): Promise<Result> {
  const { warn } = console;
  console.warn = (...words: unknown[]) =>
    /Node\.js \d+ and below are deprecated/.test(String(words[0])) || warn(...words);
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}

/** What projects made before 2026-10-30 have: whatever postgres makes in public is open to the API's roles. */
const LEGACY_PRIVILEGES = ["tables", "sequences", "functions"]
  .map(
    (kind) => `
      alter default privileges for role postgres in schema public
        grant all on ${kind} to postgres, anon, authenticated, service_role;`,
  )
  .join("");

/** Schema auth, and what an older project has besides. */
async function prepareAuth(server: Postgres, legacyPrivileges: boolean): Promise<void> {
  await makeAuthSchema(server, () => withoutNodeNotice(() => import("./data_api.ts")));
  if (!legacyPrivileges) return;
  const sql = postgresClient(server.url("postgres"), { max: 1, onnotice() {} });
  try {
    await sql.unsafe(LEGACY_PRIVILEGES);
  } finally {
    await sql.end();
  }
}

/**
 * Data API and Auth on the database at `databaseUrl`. `load` begins to load the code, which takes as long as Postgres's
 * start; else that waits for the first request.
 */
function lazyDataApi(
  databaseUrl: () => string,
  keys: Keys,
  config: Pick<ProjectConfig, "confirmsEmail" | "schemas"> & { mailing?: Mailing },
): Omit<DataApi, "prepare"> & { load(): void } {
  let opening: Promise<DataApi> | undefined;
  let code: Promise<typeof import("./data_api.ts")> | undefined;
  const load = () => {
    code ??= withoutNodeNotice(() => import("./data_api.ts"));
    return code;
  };
  const open = () => {
    opening ??= load().then(({ createDataApi }) => createDataApi({ databaseUrl: databaseUrl(), keys, ...config }));
    return opening;
  };
  return {
    load: () => void load().catch(() => {}),
    fetch: async (request, peer) => (await open()).fetch(request, peer),
    stop: async () => (await opening)?.stop(),
  };
}

/** A template of a database with Auth and the project's migrations. Its name tells all that it is made from. */
async function preparedDatabase(project: string, legacyPrivileges: boolean, signal?: AbortSignal): Promise<string> {
  const read = async (file: string) => `${path.basename(file)}\n${await readFile(file, "utf8").catch(() => "")}`;
  const ours = ["stack.ts", "auth_schema.ts", "data_api.ts", "migrations.ts", "supabase_cli.ts"].map((name) =>
    path.join(LOCAL, name),
  );
  const parts = await Promise.all(
    PARTS.map(async (part) => {
      const below = await readdir(path.join(project, part), { recursive: true }).catch(() => []);
      return [part, ...below.map((name) => path.join(part, name))];
    }),
  );
  // Both locks: what is installed, and what should be.
  const locks = ["package-lock.json", "node_modules/.package-lock.json"].map((name) => path.join(PROJECT, name));
  const files = [
    ...ours,
    ...locks,
    ...parts
      .flat()
      .sort()
      .map((part) => path.join(project, part)),
  ];
  // Migrations may say now() of what they bring with them: nothing is older than a day.
  const day = new Date().toISOString().slice(0, 10);
  const inputs = [day, ...(legacyPrivileges ? [LEGACY_PRIVILEGES] : []), ...(await Promise.all(files.map(read)))];
  return await preparedServer(inputs, async (postgres) => {
    await prepareAuth(postgres, legacyPrivileges);
    await pushMigrations(postgres.url("postgres"), project, signal);
  });
}

/** What `log` prints in place of a mail: its link, or all of it. */
function mailAsLine({ to, subject, html = "" }: Mail): string {
  const link = /href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  return `[mail] to ${to}: ${subject}\n       ${link ?? html}`;
}

/** Tells the database where its doorbell rings, and where its links lead: addresses change from start to start. */
async function setAddresses(databaseUrl: string, functionsUrl: string, consoleUrl: string): Promise<void> {
  const sql = postgresClient(databaseUrl, { max: 1, onnotice() {} });
  try {
    const [known] = await sql`select to_regprocedure('outbox.set_functions_url(text)') is not null as yes`;
    if (known?.yes) await sql`select outbox.set_functions_url(${functionsUrl})`;
    const [column] = await sql`select from pg_attribute where attrelid = to_regclass('outbox.settings')
      and attname = 'console_url'`;
    if (column) await sql`update outbox.settings set console_url = ${consoleUrl} where only_row`;
  } finally {
    await sql.end();
  }
}

/**
 * Starts everything; on data that is there already, only pending migrations are applied.
 * @throws Error with a clear message when a part does not start; nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { env = {}, project = PROJECT, background = {}, log = () => {}, progress = () => {}, signal } = options;
  const { legacyPrivileges = false, memoryLimitMb } = options;
  const keys = DEVELOPMENT_KEYS;
  const started: (() => Promise<void>)[] = [];

  /** Ends what has started, the last first; one part that fails to end keeps none of the others running. */
  async function end(): Promise<void> {
    for (const endPart of started.splice(0).reverse()) await endPart().catch((error) => log(`[stop] ${error.message}`));
  }

  let ending: Promise<void> | undefined;
  function stop(): Promise<void> {
    ending ??= end();
    return ending;
  }

  async function step<Part>(name: string, start: () => Promise<Part>): Promise<Part> {
    signal?.throwIfAborted();
    const from = performance.now();
    const part = await start();
    progress(name, performance.now() - from);
    return part;
  }

  async function start(): Promise<Stack> {
    const supabase = path.join(project, "supabase");
    const toml = await readFile(path.join(supabase, "config.toml"), "utf8");
    const { confirmsEmail, privateOnly, schemas } = readProjectConfig(toml);
    const gateway = await startGateway({ port: options.port ?? 0, log });
    started.push(gateway.stop);
    const functionsUrl = `${gateway.url}/functions/v1`;

    const prepared = options.prepared === true && options.dataDir === undefined;
    const storefrontUrl = `${gateway.url}/shop/`;
    const consoleUrl = `${gateway.url}/console/`;
    // lite leads every link in a mail there.
    const mailing = { siteUrl: `${storefrontUrl}account`, send: (mail: Mail) => log(mailAsLine(mail)) };
    const dataApi = lazyDataApi(() => dbUrl, keys, { confirmsEmail, schemas, mailing });
    if (!prepared) dataApi.load(); // on a second core, meanwhile
    const postgres = await step("Postgres", async () =>
      startPostgres({
        dataDir: options.dataDir,
        template: prepared ? await preparedDatabase(project, legacyPrivileges, signal) : undefined,
        fsync: options.fsync,
        onRestart: () => log("[postgres] ended by itself; starting it again"),
      }),
    );
    started.push(postgres.stop);
    const dbUrl = postgres.url("postgres");

    started.push(dataApi.stop);
    if (!prepared) {
      await step("Auth", () => prepareAuth(postgres, legacyPrivileges));
      await step("Migrations", () => pushMigrations(dbUrl, project, signal));
    }

    const { sendWebhooks } = options;
    const providers = createProviders(sendWebhooks && gateway.url);
    const hosted = platformEnvironment(gateway.url, dbUrl, keys);
    // Buyers may come back to the shop that is served here, whatever else the variables allow.
    const returnUrls = { STOREFRONT_URL: [env.STOREFRONT_URL, storefrontUrl].filter(Boolean).join(" ") };
    const { traffic } = options;
    const receivers = traffic && createReceivers();
    const functionsEnv = {
      ...env,
      ...returnUrls,
      ...standInEnvironment(gateway.url, env),
      ...(receivers && receiverEnvironment(gateway.url, env)),
      ...hosted,
    };
    const functions = await step("Functions", async () => {
      const config = readFunctionsConfig(toml, supabase);
      const folder = path.join(project, "functions");
      // A copy of the project has other paths, and would fill the cache with what nobody asks for again.
      const cacheDir = prepared && project === PROJECT ? await sharedFolder("deno") : undefined;
      return startFunctions({ folder, config, env: functionsEnv, keys, log, cacheDir, memoryLimitMb });
    });
    started.push(functions.stop);
    // Once more, so that it ends before the parts behind it: nothing new comes in while they finish.
    started.push(gateway.stop);

    const adminUrl = postgres.url("supabase_admin");
    const realtime = await step("Realtime", () => startRealtime({ databaseUrl: adminUrl, ...keys, log, privateOnly }));
    started.push(realtime.stop);

    const controls =
      traffic &&
      receivers &&
      createControls({
        databaseUrl: dbUrl,
        functionsUrl,
        receivers,
        courier: () => functions.pid("dispatch"),
        traffic: traffic(functionsUrl, functionsEnv),
      });
    if (controls) started.push(controls.stop);

    const pageConfig = { api_url: gateway.url, publishable_key: keys.publishableKey, local: true };
    const consoleConfig = { ...pageConfig, breakable: controls !== undefined };
    const siteKey = env.TURNSTILE_SITE_KEY;
    const shopConfig = { ...pageConfig, ...(siteKey && { turnstile_site_key: siteKey }) };
    await step("Workers", async () => {
      await setAddresses(dbUrl, functionsUrl, consoleUrl);
      const send =
        sendWebhooks &&
        ((provider: string, webhooks: string[]) =>
          void sendWebhooks(provider, webhooks, functionsUrl, (line) => log(`[pay] ${line}`), functionsEnv).catch(
            (error) => log(`[pay] ${provider}: ${error.message}`),
          ));
      // Open before the workers start: they may call a function at once.
      gateway.open({
        functions: functions.handle,
        realtime: realtime.handleRequest,
        realtimeSocket: realtime.handleUpgrade,
        dataApi: dataApi.fetch,
        providers: (request) => askProvider(providers, request, send),
        console: createPages({ name: "console", api: gateway.url, config: consoleConfig }),
        receivers: receivers?.handle,
        breaking: controls?.handle,
        storefront: createPages({ name: "storefront", path: "shop", api: gateway.url, config: shopConfig }),
      });
      if (background.pgNet !== false) started.push((await startPgNet({ databaseUrl: adminUrl, log })).stop);
      if (background.cron !== false) started.push((await startPgCron({ databaseUrl: adminUrl, log })).stop);
    });

    return {
      apiUrl: gateway.url,
      functionsUrl,
      consoleUrl,
      storefrontUrl,
      dbUrl,
      adminUrl,
      ...keys,
      secrets: env,
      env: functionsEnv,
      postgres,
      functions,
      providers,
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
