/**
 * Sends mutated requests of one provider to its function, and looks after each batch whether anything happened that
 * must not. The same seed and count give the same requests, but for ids and times that are always fresh.
 */
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type postgres from "postgres";
import { compose, type Fuzzed, type Setting } from "./compose.ts";
import { storedCount, storedEvents, unaccounted, wrongAnswer, wrongEvent } from "./oracle.ts";
import { type Plan, plans, smaller } from "./plan.ts";
import { type Answer, send } from "./send.ts";
import { TARGETS } from "./targets.ts";

export interface Finding {
  what: string;
  /** Its place in the run, for `only`. */
  index: number;
  /** The smallest request that shows it; null where no single request does. */
  request: Fuzzed | null;
  answer: Answer | null;
}

export interface Report {
  provider: string;
  sent: number;
  /** How many requests were answered so: "200 applied", "401". */
  answers: Record<string, number>;
  findings: Finding[];
  /** Null: it could not be looked at. */
  memory: MemoryReport | null;
  seconds: number;
}

/** What the function's process holds, in bytes. */
export interface ProcessMemory {
  pid: number;
  /** Its own: V8's heap, and what Deno's own code allocates. */
  anonymous: number;
  /** Of files, which is the binary: not counted as used. */
  mapped: number;
}

/** The anonymous memory of the function's process, in MB. */
export interface MemoryReport {
  /** After the first batch: everything is loaded. */
  first: number;
  peak: number;
  last: number;
  /** Beside it, of the mapped binary, at most. */
  mapped: number;
}

export interface Options {
  provider: string;
  requests: number;
  seed: number;
  setting: Setting;
  sql: postgres.Sql;
  /** Memory of the function's process. Null: unknown. */
  process(): Promise<ProcessMemory | null>;
  /** Ends the run after the requests that are under way; the report is of those that were sent. */
  signal?: AbortSignal;
  /** Only the request at this place of the run. */
  only?: number;
  progress?(sent: number): void;
}

const BATCH = 250;
const AT_ONCE = 8;
/** The most that a function may hold, in MB: half of what a worker of hosted Supabase has. */
export const MAX_MEMORY_MB = 128;
/** How often memory is looked at, in ms: what a batch held for a moment counts too. */
const MEMORY_INTERVAL_MS = 500;
/** More findings than a person looks at. */
const ENOUGH = 5;

export async function fuzz(options: Options): Promise<Report> {
  const { provider, requests, seed, setting, sql, only } = options;
  const target = TARGETS[provider]!;
  const started = Date.now();
  const since = new Date((await sql`select now() as now`)[0]!.now);
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const report: Report = { provider, sent: 0, answers: {}, findings: [], memory: null, seconds: 0 };
  let process: number | undefined;

  /** Sends one, and says what is wrong with what came of it. */
  async function judge(
    plan: Plan,
  ): Promise<{ what: string | null; request: Fuzzed; answer: Answer; label: string; fresh: boolean }> {
    const request = compose(provider, target, plan, setting);
    if (request.genuine !== null) await tellApi(`${setting.apiUrl}/providers/${provider}/_put`, request.genuine, agent);
    const answer = await send(request, agent);
    let label = request.hangsUp ? "hung up" : String(answer.status);
    let what = wrongAnswer(target, request, answer);
    let fresh = false;
    const { id, duplicate } = receiptOf(answer);
    if (what === null && id !== undefined) {
      const event = (await storedEvents(sql, [id])).get(id);
      if (!event) what = "answered 200 for an event that is not there";
      else {
        what = wrongEvent(request, event, duplicate);
        fresh = !duplicate;
        label = duplicate ? "200 duplicate" : `200 ${event.status}`;
      }
    }
    return { what, request, answer, label, fresh };
  }

  /** The request with as much left out as still shows it. */
  async function smallest(plan: Plan, shows: (plan: Plan) => Promise<boolean>): Promise<Plan> {
    let least = plan;
    for (let tries = 0, again = true; again && tries < 200; ) {
      again = false;
      for (const candidate of smaller(least)) {
        if (++tries > 200) break;
        if (!(await shows(candidate))) continue;
        least = candidate;
        again = true;
        break;
      }
    }
    return least;
  }

  async function add(what: string, index: number, plan: Plan | null): Promise<void> {
    if (report.findings.length >= ENOUGH || report.findings.some((one) => kindOf(one.what) === kindOf(what))) return;
    const finding: Finding = { what, index, request: null, answer: null };
    report.findings.push(finding);
    if (!plan) return;
    const same = async (candidate: Plan) => kindOf((await judge(candidate)).what ?? "") === kindOf(what);
    const least = (await same(plan)) ? await smallest(plan, same) : plan;
    const { request, answer, what: now } = await judge(least);
    Object.assign(finding, { request, answer, what: now ?? what });
  }

  async function watchMemory(): Promise<void> {
    const now = await options.process();
    if (!now) return;
    const mb = (bytes: number) => Math.round(bytes / 2 ** 20);
    if (process !== undefined && now.pid !== process)
      await add("the function's process ended, and was started anew", -1, null);
    process = now.pid;
    const anonymous = mb(now.anonymous);
    report.memory ??= { first: anonymous, peak: 0, last: 0, mapped: 0 };
    // Until the first batch is through, what is loaded counts, and nothing can have grown.
    if (report.sent <= BATCH) report.memory.first = anonymous;
    report.memory.peak = Math.max(report.memory.peak, anonymous);
    report.memory.last = anonymous;
    report.memory.mapped = Math.max(report.memory.mapped, mb(now.mapped));
    if (report.memory.peak > MAX_MEMORY_MB)
      await add(`its process held ${report.memory.peak} MB, more than ${MAX_MEMORY_MB}`, -1, null);
  }

  /** Looks at memory now and then until `work` is done. */
  async function watchWhile(work: Promise<unknown>): Promise<void> {
    let working = true;
    const done = work.finally(() => {
      working = false;
    });
    while (working) {
      await Promise.race([done, sleep(MEMORY_INTERVAL_MS)]);
      await watchMemory();
    }
    await done;
  }

  const all = fc.sample(plans, { numRuns: requests, seed }).map((plan, index) => ({ plan, index }));
  const chosen = only === undefined ? all : all.filter(({ index }) => index === only);
  for (let from = 0; from < chosen.length; from += BATCH) {
    const batch = chosen.slice(from, from + BATCH);
    const before = await storedCount(sql);
    const seen: { plan: Plan; index: number; what: string }[] = [];
    let fresh = 0;
    let open = 0;
    const left = [...batch];
    const lane = async () => {
      for (let one = left.shift(); one && !options.signal?.aborted; one = left.shift()) {
        const outcome = await judge(one.plan);
        report.sent++;
        report.answers[outcome.label] = (report.answers[outcome.label] ?? 0) + 1;
        if (outcome.fresh) fresh++;
        if (outcome.request.hangsUp || outcome.answer.failure !== null) open++;
        if (outcome.what !== null) seen.push({ ...one, what: outcome.what });
      }
    };
    await watchWhile(Promise.all(Array.from({ length: AT_ONCE }, lane)));

    // What is stored without being told of: nothing, but for senders that did not wait for an answer.
    const more = (await storedCount(sql)) - before - fresh;
    if (more < 0 || more > open)
      seen.push({ ...batch[0]!, what: `${more} events were stored that nobody was told of` });
    for (const { what, index, plan } of seen) await add(what, index, plan);
    for (const what of await unaccounted(sql, provider, since)) await add(what, batch[0]!.index, null);
    options.progress?.(report.sent);
    if (report.findings.length >= ENOUGH || options.signal?.aborted) break;
  }
  agent.destroy();
  report.seconds = (Date.now() - started) / 1000;
  return report;
}

/** Findings that differ in ids and numbers only are of one kind. */
const kindOf = (what: string) => what.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|"[^"]*"|\d+|\([^)]*\)/gi, "…").slice(0, 80);

function receiptOf({ status, text }: Answer): { id?: string; duplicate: boolean } {
  if (status !== 200) return { duplicate: false };
  try {
    const { id, duplicate } = JSON.parse(text);
    return { ...(typeof id === "string" && { id }), duplicate: duplicate === true };
  } catch {
    return { duplicate: false };
  }
}

async function tellApi(url: string, genuine: string, agent: http.Agent): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = Buffer.from(genuine);
  await send(
    { url, method: "POST", headers, body, hangsUp: false, genuine: null, authentic: true, isJson: true },
    agent,
  );
}
