/**
 * What must hold before anything is changed. Each check says what is wrong in a sentence, and where to mend it; all are
 * made, and their findings told together. Nothing is set here: what an admin chose in the dashboard is not overwritten.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type postgres from "postgres";
import { type ProjectConfig, readProjectConfig } from "../../local/config.ts";
import { Failure } from "../command.ts";
import { describeConnections, readConnections } from "./connections.ts";
import { inDatabase } from "./database.ts";
import { type DatabaseSettings, readDatabaseSettings } from "./database_settings.ts";
import { ApiFailure, type ManagementClient } from "./management_client.ts";
import { type MigrationState, readMigrations } from "./migrations.ts";
import { checkSecrets, notConnected, readDigests } from "./secrets.ts";
import { type DeployedFunction, readDeployed } from "./sources.ts";
import type { Target } from "./target.ts";

/** What the checks found, and what they read for the plan. */
export interface ProjectState {
  /** Each a sentence or more, with what to do. */
  problems: string[];
  /** What is well, or not known. */
  notes: string[];
  /** The project's region, where the API tells it. */
  region?: string;
  deployed: DeployedFunction[];
  digests?: Map<string, string>;
  /** The schemas that the Data API serves; undefined: the token may not read them. */
  schemas?: string[];
  database?: { migrations: MigrationState; settings?: DatabaseSettings };
}

const VERSIONS = ["15", "17"];
const EXTENSIONS = ["pg_net", "pg_cron", "supabase_vault", "pgcrypto"];

export async function checkProject(target: Target, api: ManagementClient): Promise<ProjectState> {
  const state: ProjectState = { problems: [], notes: [], deployed: [] };
  /** A check that cannot be made is a problem, too. */
  const make = async (check: () => Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      state.problems.push(error.message);
    }
  };
  if (target.given) state.problems.push(...checkSecrets(target.given, target.trial));
  let mayAsk = true;
  await make(async () => {
    try {
      state.deployed = await readDeployed(api);
    } catch (error) {
      // Each of the other questions would be answered the same.
      mayAsk = !(error instanceof ApiFailure);
      throw error;
    }
    state.notes.push("The token is accepted.");
  });
  if (mayAsk) {
    const config = readProjectConfig(await readFile(path.join(target.project, "supabase/config.toml"), "utf8"));
    await make(() => checkItself(target, api, state));
    await make(() => checkAuth(target, api, state));
    await make(() => checkRealtime(target, api, config, state));
    await make(() => checkConnections(target, api, state));
    await make(() => readSecretNames(target, api, state));
    await make(() => readSchemas(api, state));
  }
  if (target.databaseUrl !== undefined) {
    const url = target.databaseUrl;
    await make(() => checkDatabase(target, url, state));
  }
  return state;
}

const dashboard = (ref: string) => `https://supabase.com/dashboard/project/${ref}`;

/** Whether it runs, on which Postgres, and where. */
async function checkItself(target: Target, api: ManagementClient, state: ProjectState): Promise<void> {
  const told = await api.askIfAllowed("", "The project could not be read");
  if (told === undefined) {
    state.notes.push("Not readable with this token: the project's own state, its Postgres version and its region.");
    return;
  }
  const { status, region, database } = Object(told) as { status?: string; region?: string; database?: unknown };
  state.region = region;
  const { postgres_engine: engine } = Object(database) as { postgres_engine?: string };
  if (status === "INACTIVE" || status === "PAUSING" || status === "PAUSED") {
    state.problems.push(
      `The project is paused (${status}): nothing would answer. Restore it at ${dashboard(target.ref)}, wait until it is ` +
        "active, and deploy again.",
    );
  } else if (status !== undefined && status !== "ACTIVE_HEALTHY") {
    state.problems.push(
      `The project is not healthy (${status}). Look at ${dashboard(target.ref)}; deploy when it is ACTIVE_HEALTHY.`,
    );
  }
  if (engine !== undefined && !VERSIONS.includes(engine.split(".")[0]!)) {
    state.problems.push(
      `The project has Postgres ${engine}; Signalbox runs on ${VERSIONS.join(" and ")}. Upgrade it at ` +
        `${dashboard(target.ref)}/settings/infrastructure, or make a new project.`,
    );
  }
  const asked = regionOf(target.databaseUrl);
  if (asked !== undefined && region !== undefined && asked !== region) {
    state.problems.push(
      `SUPABASE_DB_URL names the pooler of ${asked}, and the project is in ${region}. Copy the address again: ` +
        `${dashboard(target.ref)} > Connect > Session pooler.`,
    );
  }
  if (status === "ACTIVE_HEALTHY")
    state.notes.push(`The project is healthy${region === undefined ? "" : `, in ${region}`}.`);
}

/** The region that the address of a pooler names. */
export function regionOf(databaseUrl: string | undefined): string | undefined {
  return databaseUrl && /\baws-\d+-([a-z0-9-]+)\.pooler\./.exec(new URL(databaseUrl).hostname)?.[1];
}

async function checkAuth(target: Target, api: ManagementClient, state: ProjectState): Promise<void> {
  const settings = Object(await api.ask("config/auth", "The settings of the project's Auth could not be read"));
  if (settings.mailer_autoconfirm === false) {
    state.notes.push("E-mail addresses are confirmed.");
    return;
  }
  state.problems.push(
    "Auth confirms e-mail addresses by itself: anybody could sign up with somebody else's address and read what " +
      `belongs to it. Switch on "Confirm email" at ${dashboard(target.ref)}/auth/providers (Email).`,
  );
}

async function checkRealtime(
  target: Target,
  api: ManagementClient,
  { privateOnly }: ProjectConfig,
  state: ProjectState,
): Promise<void> {
  if (!privateOnly) return;
  const settings = Object(await api.ask("config/realtime", "The settings of the project's Realtime could not be read"));
  if (settings.private_only === true) {
    state.notes.push("Realtime has private channels only.");
    return;
  }
  state.problems.push(
    'Realtime lets strangers join public channels, where they hear that rows change. Switch off "Allow public ' +
      `access" at ${dashboard(target.ref)}/realtime/settings. Apps must then join private channels ` +
      "(docs/guides/courses.md, Live changes); if one cannot yet, set private_only = false in supabase/config.toml.",
  );
}

/**
 * What would shut functions out of the database, so that every webhook is answered 503: SSL enforcement, since
 * postgres.js hangs in a TLS handshake on hosted's Deno 2.1, and network restrictions, since functions call from
 * addresses that nobody knows (github.com/supabase/supabase/issues/10813). A token that may not read them is no reason
 * to stop.
 */
async function checkConnections({ ref }: Target, api: ManagementClient, state: ProjectState): Promise<void> {
  const page = `${dashboard(ref)}/database/settings`;
  const what = "The settings of the project's database could not be read";
  const ssl = await api.askIfAllowed("ssl-enforcement", what);
  const enforced = Object(Object(ssl).currentConfig).database === true;
  if (enforced) {
    state.problems.push(
      "The database takes TLS connections only (SSL enforcement), and functions connect without TLS, inside the " +
        `platform: every webhook would be answered 503. Switch off "Enforce SSL on incoming connections" at ${page}.`,
    );
  }
  const restrictions = await api.askIfAllowed("network-restrictions", what);
  const { dbAllowedCidrs: allowed } = Object(Object(restrictions).config);
  const restricted = Array.isArray(allowed) && allowed.length > 0 && !allowed.includes("0.0.0.0/0");
  if (restricted) {
    state.problems.push(
      `Only some addresses may connect to the database (network restrictions: ${allowed.join(", ")}), and functions ` +
        `call from others: every webhook would be answered 503. Lift the restrictions at ${page}.`,
    );
  }
  const unread = [ssl === undefined && "SSL enforcement", restrictions === undefined && "network restrictions"];
  const names = unread.filter((name) => name !== false);
  if (names.length > 0)
    state.notes.push(`Not readable with this token: ${names.join(", ")}. Both must be off: ${page}`);
  else if (!enforced && !restricted) state.notes.push("Functions may connect to the database.");
}

async function readSecretNames({ given }: Target, api: ManagementClient, state: ProjectState): Promise<void> {
  state.digests = await readDigests(api);
  const missing = notConnected(given?.values ?? {}, state.digests);
  if (missing.length > 0) state.notes.push(`Not connected, for it has no secret or address: ${missing.join(", ")}.`);
}

async function readSchemas(api: ManagementClient, state: ProjectState): Promise<void> {
  const settings = await api.askIfAllowed("postgrest", "The schemas of the Data API could not be read");
  const { db_schema: served } = Object(settings) as { db_schema?: string };
  state.schemas =
    settings === undefined
      ? undefined
      : (served ?? "")
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== "");
}

async function checkDatabase(target: Target, url: string, state: ProjectState): Promise<void> {
  if (new URL(url).port === "6543") {
    state.problems.push(
      "SUPABASE_DB_URL is the transaction pooler's address (port 6543), which migrations cannot go through. Take that " +
        "of the session pooler (dashboard > Connect > Session pooler, port 5432).",
    );
    return;
  }
  await inDatabase(
    url,
    "The database could not be read",
    async (sql) => {
      const [server] = await sql<{ major: number }[]>`
        select current_setting('server_version_num')::integer / 10000 as major`;
      if (!VERSIONS.includes(String(server!.major)))
        state.problems.push(`The database is Postgres ${server!.major}; Signalbox runs on ${VERSIONS.join(" and ")}.`);
      const missing = await sql<{ name: string }[]>`
        select needed.name from unnest(${EXTENSIONS}::text[]) needed (name)
        where not exists (select 1 from pg_catalog.pg_available_extensions a where a.name = needed.name)
          and not exists (select 1 from pg_catalog.pg_extension e where e.extname = needed.name)`;
      if (missing.length > 0) {
        state.problems.push(
          `The database does not have the extensions ${missing.map(({ name }) => name).join(", ")}. Hosted Supabase ` +
            `has them: look at ${dashboard(target.ref)}/database/extensions, and upgrade the project if they are not there.`,
        );
      }
      const migrations = await readMigrations(sql, target.project);
      if (migrations.unknown.length > 0) {
        state.problems.push(
          `The database has migrations that are not here: ${migrations.unknown.join(", ")}. It is of a later commit, or ` +
            "of another project. Check out the commit that has them, or check SUPABASE_DB_URL.",
        );
      }
      await checkFunctionsRole(sql, target, state);
      state.database = { migrations, settings: await readDatabaseSettings(sql) };
      state.notes.push(`The database answers: Postgres ${server!.major}, with the extensions that are needed.`);
      state.notes.push(describeConnections(await readConnections(sql)));
    },
    { readOnly: true },
  );
}

/** With its password set, all functions connect as this role: docs/decisions/0013-functions_role.md. */
async function checkFunctionsRole(sql: postgres.TransactionSql, target: Target, state: ProjectState): Promise<void> {
  const name = "FUNCTIONS_ROLE_PASSWORD";
  if (!target.given?.values[name] && !state.digests?.has(name)) return;
  const [role] = await sql<{ may_log_in: boolean }[]>`
    select rolcanlogin as may_log_in from pg_catalog.pg_roles where rolname = 'signalbox_functions'`;
  if (role?.may_log_in) return;
  const wrong = role ? "the role signalbox_functions may not log in" : "there is no role signalbox_functions";
  state.problems.push(
    `${name} is set, and ${wrong}: no function could connect to the database. Once the migrations are applied, run ` +
      "select ops.grant_functions_role(); alter role signalbox_functions login password '…'; in the SQL editor, with " +
      `the same password. Until then leave ${name} out of the file, and unset it at the project: functions then ` +
      "connect as before.",
  );
}
