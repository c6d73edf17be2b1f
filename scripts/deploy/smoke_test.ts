/**
 * Tries what was deployed: health, a signed event that means nothing, a forged one, and a test message to each
 * destination. What it sends has no effect but to be seen: inbox.events keeps the event, outbox.messages the messages.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { railwayHeaders } from "../../simulator/providers/railway.ts";
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { Failure } from "../command.ts";
import { inDatabase } from "./database.ts";
import type { Target } from "./target.ts";

/** How long health may take to be well: the first start of a function, and of the cron jobs. */
const HEALTH_MS = 90_000;
/** How long all test messages may take. */
const MESSAGES_MS = 60_000;
const PAUSE_MS = 1000;

/** No provider sends it, nothing is translated from it, and no route forwards it: it is archived as ignored. */
const TYPE = "signalbox.smoke_test";

/** How an event is signed that means nothing. For providers whose unknown types are kept, and need no confirmation. */
const SIGNED: Record<string, { slug: string; secret: string; make(secret: string): TestEvent }> = {
  stripe: {
    slug: "stripe",
    secret: "STRIPE_WEBHOOK_SECRET",
    make(secret) {
      const body = JSON.stringify({
        ...{ id: `evt_smoke_${randomUUID().replaceAll("-", "")}`, object: "event", type: TYPE },
        ...{ created: Math.floor(Date.now() / 1000), data: { object: {} } },
      });
      return { body, headers: stripeHeaders(body, secret) };
    },
  },
  railway: {
    slug: "catalog",
    secret: "RAILWAY_WEBHOOK_SECRET",
    make(secret) {
      const body = JSON.stringify({ type: TYPE, timestamp: new Date().toISOString(), data: {} });
      return { body, headers: railwayHeaders(body, secret, Date.now(), `smoke_${randomUUID()}`) };
    },
  },
};

interface TestEvent {
  body: string;
  headers: Record<string, string>;
}

/** What was found. */
interface Result {
  lines: string[];
  problems: string[];
}

/** @throws Failure when anything does not answer as it must. A destination's failure is told, and is none of ours. */
export async function smokeTest(target: Target, slugs: string[]): Promise<string[]> {
  const results: Result[] = [];
  if (slugs.includes("health")) results.push(await tryHealth(target));
  results.push(...(await tryEvents(target, slugs)));
  if (target.databaseUrl !== undefined) results.push(await tryDestinations(target, target.databaseUrl));
  const lines = results.flatMap((result) => result.lines);
  const problems = results.flatMap((result) => result.problems);
  if (problems.length > 0) {
    throw new Failure(
      `${[...lines, ...problems].join("\n")}\nEverything is deployed, but not all of it works. Mend it and deploy again, ` +
        "or put the functions back to their last version: the same command with --undo.",
    );
  }
  return lines;
}

/** The response, after a few tries for what a platform answers while a new version starts. */
async function call(target: Target, path: string, init: RequestInit): Promise<{ status: number; text: string }> {
  for (let tried = 1; ; tried++) {
    try {
      const response = await target.fetch(`${target.functionsUrl}/${path}`, { ...init, signal: target.signal });
      const text = await response.text();
      if (tried === 4 || !/BOOT_ERROR|WORKER_LIMIT|^$/.test(text) || response.ok)
        return { status: response.status, text };
    } catch (error) {
      target.signal?.throwIfAborted();
      if (tried === 4) return { status: 0, text: `no answer: ${(error as Error).message}` };
    }
    await sleep(target.retryDelayMs * 2 ** tried, undefined, { signal: target.signal });
  }
}

async function tryHealth(target: Target): Promise<Result> {
  const key = target.given?.values.HEALTH_KEY?.split(/\s+/)[0];
  const end = Date.now() + HEALTH_MS;
  for (;;) {
    const answer = await call(target, "health", { headers: key ? { authorization: `Bearer ${key}` } : {} });
    if (answer.status === 200) return { lines: ["Health: 200."], problems: [] };
    const wait = Math.min(PAUSE_MS, target.retryDelayMs * 2);
    if (Date.now() + wait > end || (answer.status !== 503 && answer.status !== 0)) {
      const reasons = reasonsIn(answer.text) ?? (await reasonsOf(target));
      return { lines: [], problems: [`Health answers ${answer.status || "nothing"}: ${reasons ?? answer.text}`] };
    }
    // Down for a reason is down: only a function or a job that has not started yet is waited for.
    const known = reasonsIn(answer.text) ?? (await reasonsOf(target));
    if (known !== undefined && !/has not run|never run|no answer/i.test(known))
      return { lines: [], problems: [`Health answers ${answer.status}: ${known}`] };
    await sleep(wait, undefined, { signal: target.signal });
  }
}

function reasonsIn(text: string): string | undefined {
  try {
    const { reasons } = JSON.parse(text) as { reasons?: string[] };
    return Array.isArray(reasons) && reasons.length > 0 ? reasons.join(" ") : undefined;
  } catch {
    return undefined;
  }
}

/** What the database says is wrong: health tells strangers no more than that something is. */
async function reasonsOf({ databaseUrl: url }: Target): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const down = await inDatabase(
    url,
    "ops.health() could not be read",
    async (sql) => (await sql<{ down: string[] | null }[]>`select ops.health() -> 'down' as down`)[0]?.down ?? [],
    { readOnly: true },
  );
  return down.length === 0 ? undefined : down.join(" ");
}

async function tryEvents(target: Target, slugs: string[]): Promise<Result[]> {
  const values = target.given?.values ?? {};
  const known = Object.values(SIGNED).filter(({ slug }) => slugs.includes(slug));
  const signer = known.find(({ secret }) => values[secret]);
  const results: Result[] = [];
  if (signer === undefined) {
    const names = known.map(({ secret }) => secret).join(" or ");
    if (known.length > 0)
      results.push({ lines: [`No signed test event was sent: --env-file sets no ${names}.`], problems: [] });
  } else {
    results.push(await trySigned(target, signer.slug, signer.make(values[signer.secret]!.split(/\s+/)[0]!)));
  }
  const forger = signer ?? known[0];
  if (forger) {
    const { body, headers } = forger.make(`whsec_${Buffer.from(randomUUID()).toString("base64")}`);
    const { status, text } = await call(target, forger.slug, { method: "POST", body, headers });
    const away = status === 503 && /secret_not_configured/.test(text);
    if (status === 401) results.push({ lines: [`A forged event at ${forger.slug}: refused (401).`], problems: [] });
    else if (away && !values[forger.secret])
      results.push({ lines: [`${forger.slug} accepts nothing: ${forger.secret} is not set.`], problems: [] });
    else
      results.push({
        lines: [],
        problems: [
          `A forged event at ${forger.slug} was answered ${status || "nothing"}, not 401: ${text.slice(0, 300)}`,
        ],
      });
  }
  return results;
}

async function trySigned(target: Target, slug: string, { body, headers }: TestEvent): Promise<Result> {
  const send = () => call(target, slug, { method: "POST", body, headers });
  const first = await send();
  if (first.status !== 200) {
    return {
      lines: [],
      problems: [
        `A signed test event at ${slug} was answered ${first.status || "nothing"}, not 200: ${first.text.slice(0, 300)}`,
      ],
    };
  }
  const second = await send();
  const { id, status } = parse(first.text);
  if (second.status !== 200 || parse(second.text).duplicate !== true) {
    return {
      lines: [],
      problems: [
        `The same test event at ${slug} was not dropped as a duplicate (${second.status}): ${second.text.slice(0, 300)}`,
      ],
    };
  }
  return {
    lines: [
      `A signed test event at ${slug}: accepted (${status}), and dropped when it was sent again: inbox.events, id ${id}.`,
    ],
    problems: [],
  };
}

function parse(text: string): { id?: string; status?: string; duplicate?: boolean } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

interface Sent {
  destination: string;
  delivery: string;
  status: string;
  error: string | null;
}

/** Sends test.ping to each destination that receives messages, and waits until each is delivered or says why not. */
async function tryDestinations(target: Target, url: string): Promise<Result> {
  const what = "The test messages could not be sent";
  // Not tried again: a message that was written twice is sent twice.
  const messages = await inDatabase(url, what, async (sql) => {
    const rows = await sql<{ id: string }[]>`
      select outbox.send_test(d.name) as id from outbox.destinations d
      where d.replayable and d.paused_reason is null order by d.name`;
    return rows.map(({ id }) => id);
  });
  if (messages.length === 0) return { lines: ["No destination receives messages, or all are paused."], problems: [] };
  const end = Date.now() + MESSAGES_MS;
  let sent: Sent[];
  do {
    await sleep(Math.min(PAUSE_MS, target.retryDelayMs * 2), undefined, { signal: target.signal });
    sent = await inDatabase(
      url,
      what,
      async (sql) => [
        ...(await sql<Sent[]>`
          select l.destination, l.id::text as delivery, l.status::text, coalesce(l.last_error, d.held_reason) as error
          from outbox.deliveries l join outbox.destinations d on d.name = l.destination
          where l.message_id = any (${messages}::uuid[]) order by l.destination`),
      ],
      { readOnly: true },
    );
  } while (sent.some(({ status, error }) => error === null && status !== "delivered") && Date.now() < end);
  const failed = sent.filter(({ status }) => status !== "delivered");
  await cancel(url, failed);
  return {
    lines: sent.map(({ destination, status, error }) =>
      status === "delivered"
        ? `A test message to ${destination}: delivered.`
        : `A test message to ${destination}: NOT delivered. ${error ?? "It still waits: see outbox.deliveries."}`,
    ),
    problems: [],
  };
}

/** A test that failed is not tried for days, until it is dead and somebody is alerted. */
async function cancel(url: string, failed: Sent[]): Promise<void> {
  for (const { delivery } of failed) {
    await inDatabase(url, "A test message could not be cancelled", async (sql) => {
      await sql`select outbox.cancel(${delivery}::bigint, 'a test of npm run deploy')`;
    }).catch((error) => {
      // One that is being sent just now keeps its schedule.
      if (!(error instanceof Failure)) throw error;
    });
  }
}
