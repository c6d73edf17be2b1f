/** How soon a committed row is seen in an open page. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import type { Sql } from "postgres";
import { lookFor } from "./seen.ts";

export interface Watcher {
  name: string;
  does: string;
  /** Signed in, with `watchScreen`. */
  context: BrowserContext;
  url: string;
  /** Resolves when the page shows new rows by itself. */
  live(page: Page): Promise<unknown>;
  /** Opens the page of the next row; resolves to the text it will be seen by. Without: one page shows all rows. */
  next?(page: Page): Promise<string>;
  /** Writes a row that the page shows by this text. */
  insert(sql: Sql, text: string): Promise<unknown>;
}

export interface Sighting {
  watcher: string;
  round: number;
  /** From the commit of the row before to that of this one. */
  after_ms: number;
  /** From the moment COMMIT was sent until the frame with the row was painted. */
  ms: number;
}

export interface SightingPlan {
  rounds: number;
  /** Rows of each watcher in a round. */
  rows: number;
  progress(line: string): void;
}

/** Rows of each turn that are not timed: the page's code is compiled then, and whatever it joins is joined. */
const WARM_UP = 2;
/** Before each row, at random: no page is always met at the same moment of its second. */
const PAUSE_MS = { least: 200, most: 1_500 };

export async function measureSightings(sql: Sql, watchers: Watcher[], plan: SightingPlan): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    // Another first each round: none always has the machine after the same one.
    for (const i of watchers.keys()) {
      const watcher = watchers[(i + round) % watchers.length]!;
      sightings.push(...(await turnOf(sql, watcher, round, plan.rows)));
    }
    plan.progress(`rows, round ${round} of ${plan.rounds}`);
  }
  return sightings;
}

/** Only this watcher's page is open: no other takes the processor from it. */
async function turnOf(sql: Sql, watcher: Watcher, round: number, rows: number): Promise<Sighting[]> {
  const page = await watcher.context.newPage();
  const sightings: Sighting[] = [];
  try {
    await page.goto(watcher.url);
    await watcher.live(page);
    let before = Number.NaN;
    for (let row = 1 - WARM_UP; row <= rows; row++) {
      const text = watcher.next ? await watcher.next(page) : `row-${randomUUID()}`;
      const seen = await lookFor(page, text);
      await pause(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
      const committed = await commit(sql, (transaction) => watcher.insert(transaction, text));
      const ms = (await seen()) - committed;
      if (row > 0) sightings.push({ watcher: watcher.name, round, after_ms: committed - before, ms });
      before = committed;
    }
  } finally {
    await page.close();
  }
  return sightings;
}

/** @returns when COMMIT was sent: what follows it is all in the time, what came before it is not. */
async function commit(sql: Sql, work: (transaction: Sql) => Promise<unknown>): Promise<number> {
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    await work(connection);
    const at = Date.now();
    await connection`commit`;
    return at;
  } finally {
    connection.release();
  }
}
