/** What happened at Fapshi: the transactions that a webhook should have been sent for. */

import { isoTime } from "../../facts/json_reader.ts";
import { log } from "../../platform/log.ts";
import { messageOf, type ProviderHistory, type ProviderMessage } from "../provider_history.ts";
import { FAPSHI_REQUIRED_ENV, type Fapshi, openFapshi, SEARCH_LIMIT, type Search } from "./api.ts";

const DAY_MS = 86_400_000;

/** Those that a webhook is sent for. Successes last: a payment that failed may succeed while the search goes on. */
const STATUSES = ["failed", "expired", "successful"] as const;

export const fapshiHistory: ProviderHistory = {
  requiredEnv: FAPSHI_REQUIRED_ENV,
  listKind: "events", // the id of a webhook is made of transId and status too

  async *listSince(env, since, until, signal) {
    const api = openFapshi(env);
    const seen = new Set<string>();
    // A search is by the day of initiation, in a time zone that is not documented. What ended today may have begun
    // yesterday.
    const from = dayOf(since.getTime() - DAY_MS);
    const to = dayOf(until.getTime() + 2 * DAY_MS);
    for (const status of STATUSES) {
      for await (const transactions of search(api, status, from, to, signal)) {
        const page: ProviderMessage[] = [];
        for (const message of transactions
          .filter((one) => isOver(one) && endedWithin(one, since, until))
          .map(messageOf)) {
          if (seen.has(message.text)) continue;
          seen.add(message.text);
          page.push(message);
        }
        if (page.length > 0) yield page;
      }
    }
  },

  async getStatus(env, { kind, ref }, signal) {
    // A link is paid at once: nothing is approved before, and there is nothing else.
    if (kind !== "payment") return null;
    return await openFapshi(env).transaction(ref, signal);
  },
};

/**
 * All transactions of a status from one day until another, in as few searches as the limit allows; some perhaps twice.
 */
async function* search(
  api: Fapshi,
  status: Search["status"],
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<object[]> {
  const ask = (end: number, sort: Search["sort"]) =>
    api.search({ status, start: date(from), end: date(end), sort }, signal);
  let latest = await ask(to, "desc");
  if (latest.length < SEARCH_LIMIT) return yield latest;
  if (to - from > DAY_MS) {
    const middle = dayOf((from + to) / 2);
    yield* search(api, status, from, middle, signal);
    yield* search(api, status, middle, to, signal);
    return;
  }
  // One day, or two if `end` is included in a search: then the day can also be searched alone.
  const alone = await ask(from, "desc");
  const end = alone.length > 0 ? from : to;
  if (alone.length > 0) latest = alone;
  yield latest;
  if (latest.length < SEARCH_LIMIT) return;
  // A search shows no more of a day than its two ends.
  const earliest = await ask(end, "asc");
  yield earliest;
  const shown = new Set(latest.map(json));
  if (!earliest.some((one) => shown.has(json(one)))) {
    const days = { from: date(from), to: date(end) };
    log("warn", "more may have happened at Fapshi than its search shows of a day", {
      status,
      ...days,
      shown: 2 * SEARCH_LIMIT,
    });
  }
}

/** Fapshi ignores what it does not understand in a search, so that its answer may hold other statuses. */
function isOver(transaction: object): boolean {
  const { status } = transaction as { status?: unknown };
  return !/^(created|pending)$/i.test(String(status));
}

/** Whether it may have ended in that time. Where it has no date, it may, and `read` decides. */
function endedWithin(transaction: object, since: Date, until: Date): boolean {
  const { dateConfirmed, dateInitiated } = transaction as { dateConfirmed?: unknown; dateInitiated?: unknown };
  const confirmed = span(dateConfirmed);
  // A link lives for a day.
  const [earliest, latest] = confirmed ?? span(dateInitiated, DAY_MS) ?? [until.getTime(), since.getTime()];
  return earliest <= until.getTime() && latest >= since.getTime();
}

/**
 * The earliest and the latest time that a date stands for, and `more` ms after that: a date alone may be any time of
 * its day.
 */
function span(value: unknown, more = 0): [number, number] | null {
  const time = typeof value === "string" ? isoTime.read(value) : null;
  if (!time) return null;
  const start = Date.parse(time);
  return [start, start + ((value as string).length === "2026-11-20".length ? DAY_MS : 0) + more];
}

const json = (transaction: object) => JSON.stringify(transaction);

const dayOf = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;

/** As 2026-11-20. */
const date = (time: number) => new Date(time).toISOString().slice(0, 10);
