/**
 * The chaos lab: an embedded stack with links and receivers behind it, on which plans are run one after another. Each
 * has products and buyers of its own, and ends when everything is at rest.
 */
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { developmentEnvironment } from "../../local/environment.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { type Answer, type Received, type Receiver, type ReceiverSecrets, startReceiver } from "../receiver.ts";
import { openPatiently, type PatientDatabase } from "./database.ts";
import { openFaults } from "./faults.ts";
import type { Arrival, History, Snapshot } from "./history.ts";
import { type Link, startLink } from "./link.ts";
import type { Destination, Plan, ReceiverFault } from "./plan.ts";
import { openPostbox } from "./sent.ts";
import { leakedSecrets, snapshotOf, timePasses, unsettled } from "./snapshot.ts";
import { openShop, PACK } from "./traffic.ts";

/** Of one attempt of a delivery. */
const TIMEOUT_MS = 2000;
/** How long a receiver takes that is slow. */
const SLOW_MS = 600;
/** Within which everything must come to rest once all is healed. */
const SETTLE_MS = 90_000;

const DESTINATIONS: Record<string, Destination> = {
  "/make": "make",
  "/railway": "railway",
  "/railway-stripe": "railway_stripe",
};

export interface Lab {
  /**
   * Carries out a plan; resolves, when everything is at rest, to what happened. Rejects when the signal gives up, and
   * when the database stays away.
   */
  run(plan: Plan, progress?: (line: string) => void): Promise<History>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** The folder with supabase/ and functions/. Default: this project. */
  project?: string;
  /** Statements that are run before the first plan: what a broken build changes. */
  prepare?: (database: PatientDatabase) => Promise<unknown>;
  log?: (line: string) => void;
  signal?: AbortSignal;
}

export async function startLab({ project, prepare, log = () => {}, signal }: LabOptions = {}): Promise<Lab> {
  // Each buyer, webhook and fault of a run listens.
  if (signal) setMaxListeners(0, signal);
  const secrets = developmentEnvironment();
  const started: (() => Promise<void>)[] = [];
  const lines: string[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end().catch((error) => log(`[stop] ${error.message}`));
  };
  try {
    const receiver = await startReceiver(secrets as unknown as ReceiverSecrets);
    started.push(receiver.stop);
    const links = {} as Record<Destination, Link>;
    for (const [path, destination] of Object.entries(DESTINATIONS)) {
      links[destination] = await startLink(`${receiver.url}${path}`);
      started.push(links[destination].stop);
    }
    const urls = Object.entries(links).map(([name, { url }]) => [`${name.toUpperCase()}_WEBHOOK_URL`, url]);
    const stack = await startStack({
      ...{ prepared: true, fsync: true, project, signal },
      env: { ...secrets, ...Object.fromEntries(urls) },
      log(line) {
        lines.push(line);
        log(line);
      },
    });
    started.push(stack.stop);
    const database = openPatiently(stack.dbUrl, { signal });
    started.push(database.stop);
    await furnish(database);
    await prepare?.(database);
    const parts: Parts = { stack, receiver, links, database, lines, secrets, signal };
    return { run: (plan, progress) => runUntilItFails(parts, plan, progress), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What all runs share: limits that are no part of a run, and a pack of credits. */
async function furnish({ ask }: PatientDatabase): Promise<void> {
  await ask(
    (sql) => sql`
    update commerce.settings set checkouts_per_email = 1000000, checkouts_per_address = 1000000, guest_share = 1
    where id`,
  );
  await ask(
    (sql) => sql`
    update outbox.destinations set timeout_ms = ${TIMEOUT_MS} where name <> 'reconciler'`,
  );
  await ask(
    (sql) => sql`
    insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency)
    values ('whop', ${PACK.ref}, '50 credits', ${PACK.credits}, ${PACK.priceMinor}, ${PACK.currency})
    on conflict do nothing`,
  );
}

interface Parts {
  stack: Stack;
  receiver: Receiver;
  links: Record<Destination, Link>;
  database: PatientDatabase;
  lines: string[];
  secrets: Record<string, string>;
  signal: AbortSignal | undefined;
}

/** When one part of a run fails, such as a database that stays away, the others do not go on without it. */
async function runUntilItFails(parts: Parts, plan: Plan, progress?: (line: string) => void): Promise<History> {
  const failing = new AbortController();
  const signal = parts.signal ? AbortSignal.any([parts.signal, failing.signal]) : failing.signal;
  setMaxListeners(0, signal);
  try {
    return await runPlan({ ...parts, signal }, plan, progress);
  } catch (error) {
    failing.abort(error);
    throw error;
  }
}

async function runPlan(
  { stack, receiver, links, database, lines, secrets, signal }: Parts,
  plan: Plan,
  progress: (line: string) => void = () => {},
): Promise<History> {
  const run = randomUUID().slice(0, 8);
  const skus = plan.products.map((_, i) => `chaos-${run}-${i}`);
  const from = Date.now();
  const [clock] = await database.ask((sql) => sql`select clock_timestamp()::text as now`);
  const since: string = clock!.now;
  const firstLine = lines.length;
  const faults = openFaults({ stack, database, links, signal });
  const postbox = openPostbox(stack.functionsUrl, stack.env, signal);
  const shop = openShop({ stack, database, postbox, skus, run, signal });
  const arrivals = recordArrivals(receiver, faults.receivers);
  await stockUp(database, plan, skus);

  async function at<Item extends { at: number }>(items: Item[], act: (item: Item) => Promise<void>): Promise<void> {
    await Promise.all(
      items.map(async (item) => {
        await pause(Math.max(0, from + item.at - Date.now()), undefined, { signal });
        await act(item);
      }),
    );
  }
  await Promise.all([at(plan.traffic, shop.act), at(plan.faults, faults.carryOut)]);
  await faults.heal();
  progress(`  traffic and faults took ${Date.now() - from} ms`);

  const forged = postbox.sent.filter(({ authentic }) => !authentic).map(({ sha256 }) => sha256);
  const end = Date.now() + SETTLE_MS;
  let open: string[] = [];
  const snapshot = () =>
    database.ask((sql) =>
      snapshotOf(sql, {
        ...{ since, skus, products: plan.products },
        checkouts: shop.sales.map(({ checkout }) => checkout),
        paymentRefs: shop.credits.map(({ paymentRef }) => paymentRef),
      }),
    );
  let last: Snapshot | undefined;
  let arrived: Arrival[] = [];
  // Twice: what PayPal says of its captures is sent only when they were made.
  for (let calm = 0; last === undefined; ) {
    const left = await postbox.resend();
    const lost = await database.ask((sql) => timePasses(sql, 2000));
    if (lost > 0)
      faults.disruptions.push({ kind: "courier", destination: null, from: Date.now() - 1000, to: Date.now() + 1000 });
    await shop.catchUp();
    open = await database.ask((sql) => unsettled(sql, since, forged));
    calm = open.length === 0 && left === 0 ? calm + 1 : 0;
    const isOver = Date.now() > end;
    if (calm >= 2 || isOver) {
      await shop.catchUp();
      arrived = [...arrivals];
      last = await snapshot();
      // Cron goes on: what an alert or the reconciler brings meanwhile is waited for, and looked at again.
      const isStill = (await database.ask((sql) => unsettled(sql, since, forged))).length === 0;
      if (!isOver && !(isStill && arrivals.length === arrived.length)) last = undefined;
    }
    if (last === undefined) await pause(300, undefined, { signal });
  }
  progress(`  all at rest after ${Date.now() - from} ms`);

  const leaks = await findLeaks({ database, stack, secrets }, lines.slice(firstLine), receiver.received);
  const history: History = {
    ...{ from, timeoutMs: TIMEOUT_MS, sent: postbox.sent, arrivals: arrived, sales: shop.sales },
    ...{ credits: shop.credits, disruptions: faults.disruptions, leaks, unsettled: open },
    end: last,
  };
  receiver.received.length = 0;
  lines.length = 0;
  return history;
}

async function stockUp({ ask }: PatientDatabase, { products }: Plan, skus: string[]): Promise<void> {
  for (const [i, { kind, stock }] of products.entries()) {
    const sku = skus[i]!;
    await ask((sql) =>
      kind === "goods"
        ? sql`
            with made as (
              insert into public.products (sku, name, price_minor, currency, stock)
              values (${sku}, 'Enamel mug', 2450, 'EUR', ${stock}) returning id
            )
            insert into public.product_prices (product_id, currency, price_minor) select id, 'XAF', 15000 from made`
        : sql`
            with cohort as (insert into public.cohorts (name, capacity) values (${sku}, ${stock}) returning id)
            insert into public.products (sku, name, price_minor, currency, kind, cohort_id)
            select ${sku}, 'A seat', 4900, 'EUR', 'cohort_seat', id from cohort`,
    );
  }
}

/** Answers for the receivers, by their faults, and writes down what arrives. */
function recordArrivals(receiver: Receiver, faults: ReadonlyMap<Destination, ReceiverFault>): Arrival[] {
  const arrivals: Arrival[] = [];
  receiver.answer((request) => {
    const destination = DESTINATIONS[request.path]!;
    const arrival = arrivalOf(destination, request);
    arrivals.push(arrival);
    const answer = answerOf(faults.get(destination));
    if (answer.hang || answer.reset) return answer;
    arrival.status = answer.status ?? 200;
    if (answer.after) void answer.after.then(() => (arrival.answeredAt = Date.now()));
    else arrival.answeredAt = Date.now();
    return answer;
  });
  return arrivals;
}

function answerOf(fault: ReceiverFault | undefined): Answer {
  switch (fault) {
    case "hang":
      return { hang: true };
    case "reset":
      return { reset: true };
    case "429":
      return { status: 429, headers: { "retry-after": "1" } };
    case "500":
      return { status: 500, body: "Internal Server Error" };
    case "slow":
      return { status: 200, body: "Accepted", after: pause(SLOW_MS) };
    case "poisoned":
      // Text that Postgres cannot store, and headers that say what is not so.
      return { status: 200, body: '\0{"accepted": \\u0000', headers: { "retry-after": "-1", "x-odd": "é" } };
    default:
      return { status: 200, body: "Accepted" };
  }
}

function arrivalOf(destination: Destination, { id, at, verifiedBy, body }: Received): Arrival {
  const { data, change } = JSON.parse(body);
  const isMessage = destination !== "railway_stripe" && change !== undefined;
  return {
    ...{ destination, id, at, verified: verifiedBy !== null, status: null, answeredAt: null },
    record: isMessage ? `${change.table}/${data?.id}` : null,
    sequence: isMessage ? change.sequence : null,
  };
}

/** Variables whose value nobody else may see. Short ones would be found in any text. */
const IS_SECRET = /SECRET|_KEY$|TOKEN|API_USER/;

async function findLeaks(
  { database, stack, secrets }: Pick<Parts, "database" | "stack" | "secrets">,
  lines: string[],
  received: Received[],
): Promise<History["leaks"]> {
  const own = Object.entries(secrets).filter(([name, value]) => IS_SECRET.test(name) && value.length >= 12);
  const all = Object.fromEntries([
    ...own,
    ["the secret API key", stack.secretKey],
    ["the JWT secret", stack.jwtSecret],
  ]);
  const texts: [where: string, text: string][] = [
    ["the log", lines.join("\n")],
    ["what receivers got", received.map(({ body, headers }) => `${body} ${JSON.stringify(headers)}`).join("\n")],
  ];
  const elsewhere = texts.flatMap(([where, text]) =>
    Object.entries(all)
      .filter(([, value]) => text.includes(value))
      .map(([secret]) => ({ secret, where })),
  );
  return [...(await database.ask((sql) => leakedSecrets(sql, all))), ...elsewhere];
}
