/** The floor: verify, parse, and one insert of one row with a prepared statement, committed by itself. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import postgres from "postgres";
import { sign } from "../../simulator/providers/stripe.ts";
import { type Contender, expectNumbers } from "../lib/contender.ts";
import { chargeSucceeded } from "../lib/events.ts";

const SECRET = "whsec_floor";

/** Those of the other contenders stay open meanwhile. */
const MOST_CONNECTIONS = 48;

export async function singleRows(url: string): Promise<Contender> {
  const admin = postgres(url, { max: 1, onnotice() {} });
  await admin`create table single_rows (provider text not null, id text not null, body text not null,
    primary key (provider, id))`;
  let sent = 0;
  let open: postgres.Sql | undefined;

  const insert = (sql: postgres.Sql, id: string, body: string) =>
    sql`insert into single_rows (provider, id, body) values ('stripe', ${id}, ${body})`;

  /** As many connections as callers where the server has room for them, each with the statement prepared on it. */
  async function connections(callers: number): Promise<postgres.Sql> {
    const sql = postgres(url, { max: Math.min(callers, MOST_CONNECTIONS), onnotice() {} });
    open = sql;
    for (let again = 0; again < 2; again++) {
      await Promise.all(Array.from({ length: callers }, () => insert(sql, randomUUID(), "warm-up")));
      sent += callers;
    }
    return sql;
  }

  /** After each turn: the server has not room for the connections of all contenders. */
  async function close(): Promise<void> {
    await open?.end({ timeout: 5 });
    open = undefined;
  }

  function verify(body: string, header: string): void {
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(header)!;
    const ours = createHmac("sha256", SECRET).update(`${time}.${body}`).digest();
    if (!timingSafeEqual(ours, Buffer.from(digest!, "hex"))) throw new Error("wrong signature");
  }

  return {
    name: "single-row inserts",
    does: "the event's body in a table with a primary key; nothing else",
    async prepare(events, callers) {
      const sql = await connections(callers);
      sent += events;
      return {
        calls: Array.from({ length: events }, () => {
          const body = chargeSucceeded();
          const header = sign(body, SECRET);
          return async () => {
            verify(body, header);
            await insert(sql, JSON.parse(body).id, body);
          };
        }),
        settle: close,
      };
    },
    async check() {
      const [row] = await admin`select count(*)::integer as rows from single_rows`;
      return expectNumbers("single-row inserts", { rows: row!.rows }, { rows: sent });
    },
    async stop() {
      await close();
      await admin.end();
    },
  };
}
