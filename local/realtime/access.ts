/**
 * Who may join a private topic and who may send to it: the RLS policies on realtime.messages say so.
 * They are tried on a probe row, in a transaction that is rolled back.
 * Contract: section 5 of platform.md ("Private channel check at join").
 */
import { randomUUID } from "node:crypto";
import { type Database, isConnectionLoss, rolledBack, type Transaction } from "./database.ts";
import { type Claims, Refusal } from "./token.ts";

export interface Caller {
  claims: Claims;
  /** Of the request that opened the socket, or that sends. */
  headers: Record<string, string>;
}

/** From here on, the transaction is the caller's, as policies see it. */
async function become(transaction: Transaction, { claims, headers }: Caller, topic: string): Promise<void> {
  await transaction`
    select set_config('role', ${claims.role}, true),
      set_config('realtime.topic', ${topic}, true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
      set_config('request.jwt.claim.role', ${claims.role}, true),
      set_config('request.headers', ${JSON.stringify(headers)}, true)
  `;
}

function probe(transaction: Transaction, topic: string, id: string) {
  return transaction`insert into realtime.messages (id, topic, extension) values (${id}, ${topic}, 'broadcast')`;
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
  const id = randomUUID();
  return rolledBack(database, async (transaction) => {
    await probe(transaction, topic, id);
    await become(transaction, caller, topic);
    return (await transaction`select id from realtime.messages where id = ${id}`).length === 1;
  }).catch((error) => {
    throw translate(error);
  });
}

/**
 * May the caller send to this topic?
 * @throws Refusal when that cannot be told.
 */
export async function mayWrite(database: Database, topic: string, caller: Caller): Promise<boolean> {
  return rolledBack(database, async (transaction) => {
    await become(transaction, caller, topic);
    await probe(transaction, topic, randomUUID());
    return true;
  }).catch((error) => {
    if (error.code === "42501") return false;
    throw translate(error);
  });
}
