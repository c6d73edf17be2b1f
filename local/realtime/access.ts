/**
 * Who may join a private topic and who may send to it: the RLS policies on realtime.messages say so.
 * They are tried on a probe row, in a transaction that is rolled back.
 * Held by tests/local/realtime_broadcast.test.ts.
 */
import { randomUUID } from "node:crypto";
import { type Database, isConnectionLoss, type Query } from "./database.ts";
import { type Claims, Refusal } from "./token.ts";

export interface Caller {
  claims: Claims;
  /** Of the request that opened the socket, or that sends. */
  headers: Record<string, string>;
}

/** From here on, the transaction is the caller's, as policies see it. */
async function become(query: Query, { claims, headers }: Caller, topic: string): Promise<void> {
  await query(
    `select set_config('role', $1, true),
      set_config('request.jwt.claim.role', $1, true),
      set_config('request.jwt.claim.sub', $2, true),
      set_config('request.jwt.claims', $3, true),
      set_config('request.headers', $4, true),
      set_config('realtime.topic', $5, true)`,
    [claims.role, claims.sub ?? "", JSON.stringify(claims), JSON.stringify(headers), topic],
  );
}

async function probe(query: Query, topic: string): Promise<string> {
  const id = randomUUID();
  await query("insert into realtime.messages (id, topic, extension) values ($1, $2, 'broadcast')", [id, topic]);
  return id;
}

/** What went wrong, in the words of hosted; only a refusal by Postgres itself is an answer. */
function translate(error: { code?: string; message: string }): Refusal {
  if (isConnectionLoss(error)) {
    return new Refusal("UnableToConnectToProject", "Realtime was unable to connect to the project database");
  }
  if (error.code === "23514") {
    return new Refusal("MissingPartition", "Realtime was unable to find the expected messages partition");
  }
  return new Refusal("RlsPolicyError", error.message);
}

/**
 * May the caller hear what is sent to this topic?
 * @throws Refusal when that cannot be told.
 */
export async function mayRead(database: Database, topic: string, caller: Caller): Promise<boolean> {
  return database
    .rolledBack(async (query) => {
      const id = await probe(query, topic);
      await become(query, caller, topic);
      return (await query("select id from realtime.messages where id = $1", [id])).length === 1;
    })
    .catch((error) => {
      throw translate(error);
    });
}

/**
 * May the caller send to this topic?
 * @throws Refusal when that cannot be told.
 */
export async function mayWrite(database: Database, topic: string, caller: Caller): Promise<boolean> {
  return database
    .rolledBack(async (query) => {
      await become(query, caller, topic);
      await probe(query, topic);
      return true;
    })
    .catch((error) => {
      if (error.code === "42501") return false;
      throw translate(error);
    });
}
