/**
 * What Supabase offers by itself: net.http_post. The worker is local/extensions/pg_net.ts, which keeps pg_net's rhythm:
 * 200 at once, then 1 s pause.
 */
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { expectNumbers } from "../lib/contender.ts";
import { type Deliverer, payload } from "../lib/deliverer.ts";
import { signedHeaders } from "../lib/sign.ts";
import { now } from "../lib/sink.ts";
import type { BenchStack } from "../lib/stack.ts";

export function pgNet(stack: BenchStack, url: string): Deliverer {
  const sql = postgres(stack.adminUrl, { max: 2, onnotice() {} });
  let sent = 0;
  let loaded: { id: string; headers: Record<string, string>; body: object }[] = [];

  /** Signed when it is queued: pg_net sends what it is given. */
  async function request(): Promise<(typeof loaded)[number]> {
    const id = `msg_${randomUUID()}`;
    // net.http_post takes jsonb: the text that is sent is Postgres' own, which is signed by the benchmark beforehand.
    const [{ body }] = (await sql`select ${payload(sent++)}::jsonb::text as body`) as unknown as [{ body: string }];
    return { id, headers: signedHeaders(id, body), body: JSON.parse(body) };
  }
  const left = async () => Number((await sql`select count(*) from net.http_request_queue`)[0]!.count);

  return {
    name: "pg_net",
    path: new URL(url).pathname,
    does: "a request of pg_net, signed when it is queued, is sent once, whatever is answered; the answer is kept for 6 hours",
    share: 0.05,
    async load(messages) {
      loaded = [];
      for (let i = 0; i < messages; i++) loaded.push(await request());
    },
    async start() {
      // Its worker never stops: they are committed here, all at once.
      const rows = loaded.map(({ headers, body }) => ({ headers, body }));
      await sql`
        select net.http_post(url => ${url}, headers => one -> 'headers', body => one -> 'body')
          from jsonb_array_elements(${sql.json(rows as never)}) as one`;
    },
    done: async () => (await left()) === 0,
    rest: async () => {},
    async add() {
      const { id, headers, body } = await request();
      let at = 0;
      await sql.begin(async (transaction) => {
        await transaction`
          select net.http_post(url => ${url}, headers => ${sql.json(headers)}, body => ${sql.json(body as never)})`;
        at = now();
      });
      return { id, at };
    },
    pid: () => process.pid,
    async check() {
      const [row] =
        await sql`select count(*) as answered from net._http_response where status_code = 200 and content = 'ok'`;
      return expectNumbers(
        "pg_net",
        { answered: Number(row!.answered), left: await left() },
        { answered: sent, left: 0 },
      );
    },
    stop: () => sql.end(),
  };
}
