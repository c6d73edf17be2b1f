/**
 * Starts functions afresh, by the runner that the local stack has, and takes the time from the request that starts one
 * to its answer.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startFunctions } from "../../local/functions.ts";
import { DEVELOPMENT_KEYS } from "../../local/keys.ts";

/** A function, and the question that starts it. */
export interface Starter {
  name: string;
  does: string;
  /** Path of its index.ts. */
  entrypoint: string;
  ask(): Promise<{ headers: Record<string, string>; body: string }>;
  /** The status of the right answer. */
  status: number;
}

/** One start. */
export interface Start {
  starter: string;
  round: number;
  ms: number;
}

export interface StartPlan {
  rounds: number;
  /** What the functions see. */
  env: Record<string, string>;
  progress: (line: string) => void;
}

/** Starts that are not timed, each time: Deno has translated the code then, and V8 has kept what it compiled. */
const WARM_UP = 2;
/** Rounds on one cache: their processes live until its end, which bounds how many there are. */
const ROUNDS_AT_ONCE = 3;
/** Between two starts, in ms: what a function still does after its answer is not to be paid by the next one. */
const SETTLE = 300;

const rounded = (value: number) => Math.round(value * 100) / 100;

export async function runStarts(starters: Starter[], plan: StartPlan): Promise<Start[]> {
  const starts: Start[] = [];
  for (let first = 1; first <= plan.rounds; first += ROUNDS_AT_ONCE) {
    const rounds = Math.min(ROUNDS_AT_ONCE, plan.rounds - first + 1);
    starts.push(...(await onOneCache(starters, plan.env, first, rounds)));
    plan.progress(`round ${first + rounds - 1} of ${plan.rounds}`);
  }
  return starts;
}

async function onOneCache(
  starters: Starter[],
  env: Record<string, string>,
  first: number,
  rounds: number,
): Promise<Start[]> {
  const times = [...Array(WARM_UP + rounds).keys()];
  // Each start has a name of its own: to the runner, a function that it has not started yet.
  const slug = (starter: number, time: number) => `starter-${starter}-${time}`;
  const config = Object.fromEntries(
    starters.flatMap(({ entrypoint }, i) => times.map((time) => [slug(i, time), { verify_jwt: false, entrypoint }])),
  );
  const functions = await startFunctions({
    folder: path.resolve(import.meta.dirname, "../../functions"),
    config,
    env,
    keys: DEVELOPMENT_KEYS,
    log: (line) => line.includes('"level":"error"') && console.error(line),
  });
  const server = createServer((request, response) => functions.handle(request, response, request.url!)).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const starts: Start[] = [];
  try {
    for (const time of times) {
      const round = first + time - WARM_UP;
      for (const i of shuffled(starters.length)) {
        const ms = await timed(starters[i]!, `${url}/${slug(i, time)}`);
        if (round >= first) starts.push({ starter: starters[i]!.name, round, ms: rounded(ms) });
        await pause(SETTLE);
      }
    }
  } finally {
    await functions.stop();
    server.closeAllConnections();
    server.close();
  }
  return starts;
}

/** In another order each round: nobody always starts after the same one. */
function shuffled(length: number): number[] {
  return Array.from({ length }, (_, i) => ({ i, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i);
}

async function timed({ name, ask, status }: Starter, url: string): Promise<number> {
  const question = await ask();
  const before = performance.now();
  const answer = await fetch(url, { method: "POST", ...question });
  const body = await answer.text();
  const ms = performance.now() - before;
  if (answer.status !== status) throw new Error(`${name}: expected the answer ${status}, got ${answer.status} ${body}`);
  return ms;
}
