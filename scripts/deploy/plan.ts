/** What a deployment will change: worked out from what was read, before anything is written. */
import type { ProjectConfig } from "../../local/config.ts";
import type { ProjectState } from "./checks.ts";
import { compareFunctions, type FunctionChanges, type Running } from "./functions.ts";
import { compareSecrets, type SecretChanges } from "./secrets.ts";
import type { LocalFunction } from "./sources.ts";
import type { Target } from "./target.ts";

export interface Plan {
  /** File names; undefined: no database is given. */
  migrations?: string[];
  /** Undefined: no file is given. */
  secrets?: SecretChanges;
  functions: FunctionChanges;
  /** Of the Data API; undefined: no database is given, or the token may not read them. */
  schemas?: { served: string[]; missing: string[] };
  /** Undefined: no database is given. */
  database?: {
    /** Undefined: it stays. */
    functionsUrl?: { from: string | null; to: string };
    jobs: { name: string; problem: string }[];
    missingInVault: string[];
    /** The migrations make all of it. */
    isNew: boolean;
  };
}

export function planOf(
  target: Target,
  state: ProjectState,
  { local, running, config }: { local: ReadonlyMap<string, LocalFunction>; running: Running; config: ProjectConfig },
): Plan {
  const { database, schemas: served } = state;
  const from = database?.settings?.functionsUrl ?? null;
  return {
    migrations: database?.migrations.pending,
    secrets: target.given && compareSecrets(target.given.values, state.digests),
    functions: compareFunctions(local, running),
    schemas: database && served && { served, missing: config.schemas.filter((name) => !served.includes(name)) },
    database: database && {
      functionsUrl: from === target.functionsUrl ? undefined : { from, to: target.functionsUrl },
      jobs: database.settings?.jobs ?? [],
      missingInVault: database.settings?.missingInVault ?? [],
      isNew: database.settings === undefined,
    },
  };
}

/** Whether any function is to be uploaded. */
export const changesFunctions = ({ functions: { added, changed, unknown } }: Plan): boolean =>
  added.length + changed.length + unknown.length > 0;

/** As it is printed: a line for each thing, the kind of it first. */
export function describePlan(plan: Plan, { prune }: Pick<Target, "prune">): string[] {
  return [
    ...row("Migrations", migrationLines(plan)),
    ...row("Data API", schemaLines(plan)),
    ...row("Secrets", secretLines(plan)),
    ...row("Functions", functionLines(plan, prune)),
    ...row("Database", databaseLines(plan)),
  ];
}

const row = (name: string, lines: string[]) => lines.map((line, i) => `${(i === 0 ? name : "").padEnd(11)} ${line}`);

const NO_DATABASE = "not changed: neither SUPABASE_DB_URL nor --db-url is given";

function migrationLines({ migrations }: Plan): string[] {
  if (migrations === undefined) return [NO_DATABASE];
  return migrations.length === 0 ? ["none is pending"] : migrations.map((name) => `apply ${name}`);
}

function schemaLines({ schemas, database }: Plan): string[] {
  if (database === undefined) return [NO_DATABASE];
  if (schemas === undefined) return ["not readable with this token"];
  return schemas.missing.length === 0
    ? [`serves ${schemas.served.join(", ")}`]
    : [`also serve ${schemas.missing.join(", ")} (now: ${schemas.served.join(", ")})`];
}

const list = (word: string, names: string[]) => (names.length === 0 ? [] : [`${word} ${names.join(", ")}`]);

function secretLines({ secrets }: Plan): string[] {
  if (secrets === undefined) return ["not changed: --env-file sets them"];
  return [
    ...list("set (new)", secrets.added),
    ...list("set (changed)", secrets.changed),
    ...list("unchanged", secrets.unchanged),
  ];
}

function functionLines({ functions }: Plan, prune: boolean): string[] {
  return [
    ...list("new:", functions.added),
    ...list("changed:", functions.changed),
    ...list("replaced (the project does not tell what they are):", functions.unknown),
    ...list("unchanged:", functions.unchanged),
    ...list(
      prune ? "DELETED:" : "deployed but not in supabase/config.toml, left (--prune deletes):",
      functions.removed,
    ),
  ];
}

function databaseLines({ database }: Plan): string[] {
  if (database === undefined) return [NO_DATABASE];
  const { functionsUrl, jobs, missingInVault, isNew } = database;
  const lines = [
    ...(functionsUrl === undefined
      ? []
      : [`functions' address: ${functionsUrl.to}${functionsUrl.from === null ? "" : ` (now: ${functionsUrl.from})`}`]),
    ...jobs.map(({ name, problem }) => `schedule the cron job ${name}: ${problem}`),
    ...(missingInVault.length === 0
      ? []
      : [`missing in Vault, and not made here (ops.attention has the statement): ${missingInVault.join(", ")}`]),
    ...(isNew ? ["cron jobs and Vault secrets: made by the migrations"] : []),
  ];
  return lines.length === 0 ? ["settings, cron jobs and Vault secrets stay as they are"] : lines;
}
