/**
 * Data API (/rest/v1) and Auth (/auth/v1): `@supabase/lite` on our Postgres, with what differs from
 * hosted put right: no blanket grants, jsonb arguments, timestamps, and PostgREST's status codes.
 */
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import type { PostgresType } from "postgres";
import { parse as parseArray } from "postgres-array";
import type { Keys } from "./keys.ts";

export interface DataApi {
  /** Makes schema `auth` (tables, `auth.uid()` …) where it is missing. */
  prepare(): Promise<void>;
  /** `peer`: the caller's address, from the socket. */
  fetch(request: Request, peer: string | null): Promise<Response>;
  stop(): Promise<void>;
}

/** What Auth would send. */
export interface Mail {
  to: string;
  subject: string;
  html?: string;
}

/** `siteUrl`: where links in mails lead to in the end. */
export interface Mailing {
  siteUrl: string;
  send(mail: Mail): void;
}

/**
 * lite hands over JSON both as values and as text that is JSON already; encoding the latter again would make it a
 * string.
 */
function jsonText(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}

/** How values travel between lite and Postgres where lite's own way differs from PostgREST's. */
const TYPES = {
  json: { to: 114, from: [114], serialize: jsonText, parse: JSON.parse },
  jsonb: { to: 3802, from: [3802], serialize: jsonText, parse: JSON.parse },
  // "2026-11-21 01:42:35.1+00" is not what clients parse.
  timestamptz: {
    to: 1184,
    from: [1184],
    serialize: (value: string) => value,
    parse: (text: string) => text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"),
  },
};

/** One relationship that lite found between two tables: `details` of its PGRST201. */
interface Relationship {
  cardinality: string;
  /** "products with cohorts" */
  embedding: string;
  /** "a_seat_is_of_a_cohort using products(cohort_id) and cohorts(id)" */
  relationship: string;
}

/** A `select` in which every `target(…)` directly below `parent` names its foreign key. */
export function withHint(select: string, root: string, parent: string, target: string, hint: string): string {
  const parents = [root];
  return select.replaceAll(/([^,():]*)(\(|\)|,|:|$)/g, (part, word: string, end: string) => {
    const table = word.trim().replace(/^\.{3}/, "");
    const within = parents.at(-1);
    if (end === ")") parents.pop();
    if (end !== "(") return part;
    parents.push(table.split("!")[0]!);
    return table === target && within === parent ? `${word}!${hint}(` : part;
  });
}

/**
 * lite takes every table with a foreign key to both sides for a way to join them, and asks for a hint. PostgREST counts
 * one only if both keys are part of its primary key, which is so for no table of ours: the one foreign key between the
 * two is meant. Resolves to the address to ask instead; undefined: PostgREST would ask for a hint too.
 */
async function withoutFalseJoins(url: string, answer: Response): Promise<string | undefined> {
  const problem = (await answer.clone().json()) as { code?: string; details?: Relationship[] };
  if (problem.code !== "PGRST201" || !Array.isArray(problem.details)) return undefined;
  const direct = problem.details.filter(({ cardinality }) => cardinality !== "many-to-many");
  const [parent, target] = problem.details[0]!.embedding.split(" with ");
  const hint = direct[0]?.relationship.split(" using ")[0];
  const address = new URL(url);
  const select = address.searchParams.get("select");
  if (direct.length !== 1 || !parent || !target || !hint || !select) return undefined;
  const hinted = withHint(select, address.pathname.split("/").at(-1)!, parent, target, hint);
  if (hinted === select) return undefined;
  address.searchParams.set("select", hinted);
  return address.href;
}

type DriverTypes = Record<string, PostgresType>;

const asNumber = (text: string) => Number(text);
/** How elements of an array are read: as postgres.js reads them alone. */
const ELEMENTS = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"],
  ...[21, 23, 26, 700, 701].map((oid) => [oid, asNumber] as const),
  ...[TYPES.json, TYPES.jsonb, TYPES.timestamptz].map(({ to, parse }) => [to, parse] as const),
]);

function arrayLiteral(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(arrayLiteral).join(",")}}`;
  if (value === null || value === undefined) return "null";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * The array types that Postgres has now. postgres.js would ask for them itself at each connect, in a promise that
 * nobody looks after: a database killed at that moment would end our process.
 */
async function arrayTypes(url: string): Promise<DriverTypes> {
  const { driver } = createPostgresConnection({ url, postgresOptions: { max: 1, fetch_types: false, onnotice() {} } });
  try {
    const rows = (await driver.unsafe(
      "select oid::int, typarray::int from pg_type where typarray <> 0",
    )) as unknown as {
      oid: number;
      typarray: number;
    }[];
    return Object.fromEntries(
      rows.map(({ oid, typarray }) => [
        `array_${typarray}`,
        {
          to: typarray,
          from: [typarray],
          serialize: (value: unknown) => (Array.isArray(value) ? arrayLiteral(value) : value),
          parse: (text: string) => parseArray(text, ELEMENTS.get(oid) ?? String),
        },
      ]),
    );
  } finally {
    await driver.end({ timeout: 1 });
  }
}

interface DatabaseError extends Error {
  code?: string;
  detail?: string;
  hint?: string;
}

/**
 * The HTTP status PostgREST gives an error that lite would answer with 500 "SUP"; undefined where lite does it right.
 */
function statusOf(code: string): number | undefined {
  // postgres.js names a connection that is away by words, Postgres by class 08 and 57P.
  if (/^(CONNECT|ECONN)|^08|^57P0/.test(code)) return 503;
  if (!/^[0-9A-Z]{5}$/.test(code)) return undefined;
  if (code === "P0001") return 400;
  if (/^(PT|42|22|21|25006|23502|23503|23505)/.test(code)) return undefined;
  if (/^(0L|0P|28)/.test(code)) return 403;
  if (/^53/.test(code)) return 503;
  if (/^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/.test(code)) return 500;
  return 400;
}

/** Hands lite an error in the form in which it takes over the status and every field. */
function likePostgrest(error: DatabaseError): DatabaseError {
  const status = error?.code === undefined ? undefined : statusOf(error.code);
  const answer = { code: error.code, message: error.message, details: error.detail ?? null, hint: error.hint ?? null };
  const mapped =
    status === undefined
      ? error
      : Object.assign(new Error(JSON.stringify(answer)), {
          code: "PGRST",
          detail: JSON.stringify({ status, headers: {} }),
        });
  // lite prints each error; one line says as much as a stack of its own frames.
  Object.defineProperty(mapped, inspect.custom, {
    value: () => `Data API: ${error.code ?? error.name} ${error.message}`,
  });
  return mapped;
}

/** lite names a function's arguments without quotes, which one called `from` needs. Values are parameters. */
const quoteArgumentNames = (text: string) => text.replaceAll(/(?<=[(,]\s*)([a-z_][a-z0-9_]*) := (?=\$\d)/g, '"$1" := ');

/** What lite's query builder uses of a connection of its own. */
interface Reserved {
  unsafe(text: string, parameters: unknown[]): PromiseLike<unknown>;
  release(): void;
}

interface Member {
  driver: ReturnType<typeof createPostgresConnection>["driver"];
  lost: boolean;
}

/**
 * Connections for lite that survive a database which is killed and comes back.
 *
 * postgres.js 3.4.9 can, once a connection of its pool is lost, write to it and bring the process down
 * (porsager/postgres#1208), or never write to it again. So each of ours is a client of its own, and is thrown away
 * when it closes. A transaction that was cut off is not carried on by a new connection, where it would have no role.
 */
function connectionPool(url: string, size: number, types: () => DriverTypes, onLost: () => void) {
  const idle: Member[] = [];
  const waiting: ((member: Member) => void)[] = [];
  const members = new Set<Member>();

  function connect(): Member {
    const onclose = () => {
      member.lost = true;
    };
    const postgresOptions = {
      max: 1,
      connect_timeout: 5,
      onnotice() {},
      onclose,
      connection: { application_name: "data-api" },
      fetch_types: false,
      types: types(),
    };
    const member: Member = { driver: createPostgresConnection({ url, postgresOptions }).driver, lost: false };
    members.add(member);
    return member;
  }

  function discard(member: Member): void {
    members.delete(member);
    member.driver.end({ timeout: 0 }).catch(() => {});
  }

  function take(): Member | undefined {
    for (let member = idle.pop(); member; member = idle.pop()) {
      if (!member.lost) return member;
      discard(member);
    }
    return members.size < size ? connect() : undefined;
  }

  function giveBack(member: Member): void {
    if (member.lost) discard(member);
    const next = waiting.shift();
    if (next) next(member.lost ? connect() : member);
    else if (!member.lost) idle.push(member);
  }

  async function ask(member: Member, text: string, parameters: unknown[]): Promise<unknown> {
    if (member.lost)
      throw Object.assign(new Error("The connection to the database was lost."), { code: "CONNECTION_CLOSED" });
    try {
      return await member.driver.unsafe(quoteArgumentNames(text), parameters as never[]);
    } catch (error) {
      if (statusOf((error as DatabaseError).code ?? "") === 503) onLost();
      throw error;
    }
  }

  return {
    async reserve(): Promise<Reserved> {
      const member = take() ?? (await new Promise<Member>((resolve) => waiting.push(resolve)));
      return {
        unsafe(text, parameters) {
          const answer = ask(member, text, parameters);
          // lite leaves some of its queries to themselves: one that fails must not end the process.
          answer.catch(() => {});
          return answer;
        },
        release: () => giveBack(member),
      };
    },
    async stop(): Promise<void> {
      // A client whose connection broke may never say that it has ended.
      const ended = Promise.all([...members].map((member) => member.driver.end({ timeout: 1 }).catch(() => {})));
      await Promise.race([ended, delay(3000, undefined, { ref: false })]);
    },
  };
}

/** What we set on lite's connection; its types do not show all of it. */
interface Internals {
  rlsState: "unknown" | "active" | "inactive";
  normalizeDbError(error: unknown): unknown;
  driver: { reserve(): Promise<Reserved> };
}

/**
 * Serves `schemas` (the first is the default, the others by Accept-Profile and Content-Profile) and `auth` of the
 * database at `databaseUrl` (role `postgres`). With `confirmsEmail` a new account has no session until its address is
 * confirmed. No mail is sent here: `mailing` is handed it, and local/accounts.ts confirms without one.
 */
export function createDataApi(options: {
  databaseUrl: string;
  keys: Keys;
  confirmsEmail: boolean;
  schemas: string[];
  mailing?: Mailing;
}): DataApi {
  const connection = createPostgresConnection({ url: options.databaseUrl });
  // lite remembers what it could not read of the schema while the database was away as "there is no such table".
  let forget = false;
  let types: DriverTypes = TYPES as DriverTypes;
  let reading: Promise<void> | undefined;
  /** Once, before the first query that may need them. A database that is away then is asked again by the next. */
  const readTypes = () => {
    reading ??= arrayTypes(options.databaseUrl).then((found) => {
      types = { ...found, ...types };
    });
    return reading.catch(() => {
      reading = undefined;
    });
  };
  const pool = connectionPool(
    options.databaseUrl,
    10,
    () => types,
    () => {
      forget = true;
    },
  );
  const internals = connection as unknown as Internals;
  // Its own driver is never used: all of lite's queries run on reserved connections.
  internals.driver.reserve = pool.reserve;
  // "unknown" would make lite run GRANT ALL in every schema that has row level security.
  internals.rlsState = "active";
  internals.normalizeDbError = (error) => likePostgrest(error as DatabaseError);

  const { mailing } = options;
  const app = new App({
    connection,
    ...(mailing && { options: { drivers: { email: { send: async (mail: Mail) => mailing.send(mail) } } } }),
    api: { schemas: options.schemas, pg_safe_update: true },
    auth: {
      enabled: true,
      jwt_secret: options.keys.jwtSecret,
      publishable_key: options.keys.publishableKey,
      secret_key: options.keys.secretKey,
      email: { enable_confirmations: options.confirmsEmail },
      ...(mailing && { site_url: mailing.siteUrl }),
    },
  });
  return {
    async prepare() {
      await readTypes();
      await app.ensureSystemSchema();
    },
    async fetch(request, peer) {
      await readTypes();
      if (forget) connection.clearSchemaCache();
      forget = false;
      for (let asked = request; ; ) {
        const again = ["GET", "HEAD"].includes(asked.method) ? asked.clone() : undefined;
        const answer = await app.fetch(asked, { peerAddress: peer });
        const better = answer.status === 300 && again ? await withoutFalseJoins(again.url, answer) : undefined;
        if (better === undefined) return answer;
        asked = new Request(better, again);
      }
    },
    stop: pool.stop,
  };
}
