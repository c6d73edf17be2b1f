/** The floor: verify, parse, and one insert of one row with a prepared statement, committed by itself. */
import { createHmac, timingSafeEqual } from "node:crypto";
import postgres from "postgres";
import { sign } from "../../scripts/send/stripe.ts";
import { type Contender, expectNumbers } from "./contender.ts";
import { chargeSucceeded } from "./events.ts";

const SECRET = "whsec_floor";

export async function singleRows(url: string, connections: number[]): Promise<Contender> {
  const admin = postgres(url, { max: 1, onnotice() {} });
  await admin`create table single_rows (provider text not null, id text not null, body text not null, primary key (provider, id))`;
  // As many connections as callers, each with its statement prepared once.
  const clients = new Map(connections.map((max) => [max, postgres(url, { max, onnotice() {} })]));
  let sent = 0;

  function verify(body: string, header: string): void {
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(header)!;
    const ours = createHmac("sha256", SECRET).update(`${time}.${body}`).digest();
    if (!timingSafeEqual(ours, Buffer.from(digest!, "hex"))) throw new Error("wrong signature");
  }

  return {
    name: "single-row inserts",
    does: "the event's body in a table with a primary key; nothing else",
    async prepare(events, callers) {
      const sql = clients.get(callers)!;
      sent += events;
      return {
        calls: Array.from({ length: events }, () => {
          const body = chargeSucceeded();
          const header = sign(body, SECRET);
          return async () => {
            verify(body, header);
            await sql`insert into single_rows (provider, id, body) values ('stripe', ${JSON.parse(body).id}, ${body})`;
          };
        }),
      };
    },
    async check() {
      const [row] = await admin`select count(*)::integer as rows from single_rows`;
      return expectNumbers("single-row inserts", { rows: row!.rows }, { rows: sent });
    },
    async stop() {
      await Promise.all([...clients.values(), admin].map((client) => client.end()));
    },
  };
}
