/**
 * Where the time of our own path goes. The instruments cost time themselves: read shares here, and speeds in the
 * comparison.
 */
import postgres from "postgres";
import { readEvent } from "../../functions/_shared/inbound/read_event.ts";
import { webhookHandler } from "../../functions/_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../../functions/_shared/outbound/after_webhook.ts";
import type { Database } from "../../functions/_shared/platform/database.ts";
import { stripe } from "../../functions/_shared/providers/stripe/webhook.ts";
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { closedLoop } from "../lib/closed_loop.ts";
import { checkoutCompleted } from "../lib/events.ts";
import { processorTime } from "../lib/processor_time.ts";
import type { Shop } from "../lib/shop.ts";
import { nothingSent, openHandler, paidCheckouts } from "../lib/signalbox.ts";
import type { BenchStack } from "../lib/stack.ts";
import { table } from "../lib/table.ts";

/** What Postgres must start with: statements inside functions are counted only by the extension. */
export const PRELOAD = {
  shared_preload_libraries: "pg_stat_statements",
  track_functions: "all",
  "pg_stat_statements.track": "all",
  "pg_stat_statements.track_planning": "on",
  "pg_stat_statements.max": "10000",
};

const SECRET = "whsec_profile";
const CONNECTIONS = 16;
const EVENTS = 1600;

/** A backend keeps for itself for a while what it counted: asks each of the handler's connections for it. */
async function reported(database: Database): Promise<void> {
  const ask = () =>
    database.query("select pg_stat_force_next_flush() is null as asked, pg_sleep(0.1) is null as waited", []);
  await Promise.all(Array.from({ length: 8 }, ask));
}

const ms = (value: number) => value.toFixed(3);

export async function profile(stack: BenchStack, shop: Shop, ends: (() => Promise<unknown>)[]): Promise<string> {
  const sql = postgres(stack.adminUrl, { max: 1, onnotice() {} });
  ends.push(() => sql.end());
  const { handle, database, stop } = openHandler(stack.dbUrl);
  ends.push(stop);
  const contender = paidCheckouts("signalbox", handle, shop, nothingSent());
  const { server } = stack;

  await closedLoop(CONNECTIONS, (await contender.prepare(400, CONNECTIONS)).calls);
  const { calls } = await contender.prepare(EVENTS, CONNECTIONS);
  await reported(database);
  await sql`select pg_stat_reset(), extensions.pg_stat_statements_reset()`;
  const before = processorTime(server);
  const { seconds } = await closedLoop(CONNECTIONS, calls);
  const after = processorTime(server);
  await reported(database);

  const functions = await sql<{ name: string; calls: number; total: number; self: number }[]>`
    select schemaname || '.' || funcname as name, sum(calls)::float8 / ${EVENTS} as calls,
      sum(total_time) / ${EVENTS} as total, sum(self_time) / ${EVENTS} as self
    from pg_stat_user_functions group by 1 order by self desc`;
  const statements = await sql<
    { query: string; calls: number; executing: number; planning: number; plans: number; top: boolean }[]
  >`
    select regexp_replace(query, '\\s+', ' ', 'g') as query, calls::float8 / ${EVENTS} as calls, toplevel as top,
      total_exec_time / ${EVENTS} as executing, total_plan_time / ${EVENTS} as planning,
      plans::float8 / ${EVENTS} as plans
    from extensions.pg_stat_statements
    where total_exec_time / ${EVENTS} > 0.004
    order by total_exec_time desc`;

  const client = await clientCosts(await shop.openCheckouts(300));
  const perEvent = (who: "client" | "server") => ms((after[who] - before[who]) / EVENTS);
  return `${(EVENTS / seconds).toFixed(0)} events/s at ${CONNECTIONS} connections, with the instruments on.
Processor time an event: this process ${perEvent("client")} ms, Postgres ${perEvent("server")} ms.

In this process, one event at a time (ms, with the wait for threads):
${table(
  ["step", "ms"],
  Object.entries(client).map(([step, cost]) => [step, ms(cost)]),
)}

By SQL function, an event (ms). Total includes what it calls, self does not; functions that Postgres inlines are in
their callers:
${table(
  ["function", "calls", "total", "self"],
  functions
    .filter(({ self }) => self > 0.0005)
    .map(({ name, calls, total, self }) => [name, calls.toFixed(2), ms(total), ms(self)]),
)}

By statement, an event (ms; with the triggers and functions inside; > marks what the client sent):
${table(
  ["statement", "calls", "executing", "plans", "planning"],
  statements.map(({ query, calls, executing, plans, planning, top }) => [
    `${top ? "> " : "  "}${query.slice(0, 120)}`,
    calls.toFixed(2),
    ms(executing),
    plans.toFixed(2),
    ms(planning),
  ]),
)}`;
}

/**
 * Step by step on one core, without a database. The whole handler is measured first: its steps then run warm as well.
 */
async function clientCosts(sales: Parameters<typeof checkoutCompleted>[0][]): Promise<Record<string, number>> {
  const bodies = sales.map(checkoutCompleted);
  const encoder = new TextEncoder();
  const env = (name: string) => (name === "STRIPE_WEBHOOK_SECRET" ? SECRET : undefined);
  const stub = {
    // Other statements, such as those that note a webhook's shape, have no answer.
    query: async (statement: string, [events]: unknown[]) =>
      (statement.includes("inbox.receive(")
        ? (events as unknown[]).map(() => ({ id: "", status: "applied", duplicate: false }))
        : []) as never[],
    close: async () => {},
  };
  const handle = webhookHandler(stripe, openAfterWebhook, {
    env,
    now: Date.now,
    defer() {},
    database: stub,
    ending: new AbortController().signal,
  });
  const request = (body: string) =>
    new Request("http://127.0.0.1/functions/v1/stripe", { method: "POST", headers: stripeHeaders(body, SECRET), body });
  const given = bodies.map((body) => ({
    body,
    bytes: encoder.encode(body),
    headers: new Headers(stripeHeaders(body, SECRET)),
  }));
  const read = ({ body, headers }: { body: string; headers: Headers }) =>
    readEvent({ provider: stripe, trust: "signed", event: JSON.parse(body), body, headers });
  const events = await Promise.all(given.map(read));

  async function cost(work: (i: number) => unknown): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let again = 0; again < 5; again++) {
      const from = performance.now();
      for (let i = 0; i < bodies.length; i++) await work(i);
      best = Math.min(best, (performance.now() - from) / bodies.length);
    }
    return best;
  }

  return {
    "making the Request (the platform's)": await cost((i) => request(bodies[i]!)),
    "making the Request and the whole handler, the database left out": await cost((i) => handle(request(bodies[i]!))),
    "verify the signature": await cost((i) =>
      stripe.verify({ headers: given[i]!.headers, body: given[i]!.bytes, now: Date.now(), env }),
    ),
    "parse the JSON": await cost((i) => JSON.parse(bodies[i]!)),
    "read and translate to facts": await cost((i) => read(given[i]!)),
    "write the JSON for inbox.receive": await cost((i) => JSON.stringify([events[i]])),
  };
}
