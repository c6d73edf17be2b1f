/** public.changes_since under real concurrency: each writer has a connection of its own. */
import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aBuyer, startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
let writers: postgres.Sql;
let buyer: Awaited<ReturnType<typeof aBuyer>>;
beforeAll(async () => {
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
  writers = postgres(testStack.stack.dbUrl, { max: 8, onnotice() {} });
  buyer = await aBuyer(testStack);
});
afterAll(async () => {
  await buyer?.client.realtime.disconnect();
  await writers?.end({ timeout: 1 });
  await testStack?.stop();
});

interface Answer {
  changes: { sequence: number; previous: number | null; record: { id: string; title: string } }[];
  cursor: string;
  more: boolean;
  gone: boolean;
}

async function ask(cursor: string | null, at_most: number): Promise<Answer> {
  const { data } = await buyer.client
    .rpc("changes_since", { topic: `user:${buyer.id}`, cursor: cursor as string, at_most })
    .throwOnError();
  return data as unknown as Answer;
}

/** A transaction that stays open until it is told to end. */
async function open(): Promise<{ sql: postgres.ReservedSql; end(): Promise<void> }> {
  const sql = await writers.reserve();
  await sql`begin`;
  return {
    sql,
    async end() {
      await sql`commit`;
      sql.release();
    },
  };
}

const writes = async (sql: postgres.Sql | postgres.ReservedSql, title: string) => {
  await sql`insert into public.notifications (user_id, kind, title) values (${buyer.id}, 'recap_ready', ${title})`;
};
const titles = ({ changes }: Answer) => changes.map(({ record }) => record.title);

test("a change that commits late is read, though changes with higher numbers were read before", async () => {
  const { cursor } = await ask(null, 10);
  const late = await open();
  await writes(late.sql, "late");
  await writes(testStack.sql, "early");
  const first = await ask(cursor, 10);
  expect(titles(first)).toEqual(["early"]);
  await late.end();
  const second = await ask(first.cursor, 10);
  expect(titles(second)).toEqual(["late"]);
  expect(second.changes[0]!.sequence).toBeLessThan(first.changes[0]!.sequence);
  expect(titles(await ask(second.cursor, 10))).toEqual([]);
});

test("a long transaction holds nobody up", async () => {
  const { cursor } = await ask(null, 10);
  const long = await open();
  await long.sql`select pg_current_xact_id()`;
  await writes(testStack.sql, "meanwhile");
  const answer = await ask(cursor, 10);
  await long.end();
  expect(titles(answer)).toEqual(["meanwhile"]);
});

test("what commits between two pages comes after them", async () => {
  const { cursor } = await ask(null, 10);
  const late = await open();
  await writes(late.sql, "1");
  for (const title of ["2", "3"]) await writes(testStack.sql, title);
  const first = await ask(cursor, 1);
  await late.end();
  const second = await ask(first.cursor, 1);
  const third = await ask(second.cursor, 10);
  expect([titles(first), titles(second), titles(third)]).toEqual([["2"], ["3"], ["1"]]);
  expect([first.more, second.more]).toEqual([true, false]);
});

test("a change that is rolled back is never read", async () => {
  const { cursor } = await ask(null, 10);
  const undone = await open();
  await writes(undone.sql, "undone");
  await undone.sql`rollback`;
  undone.sql.release();
  expect(titles(await ask(cursor, 10))).toEqual([]);
});

describe("whoever writes and reads at once", () => {
  const step = fc.record({
    /** Which of the rows it changes. */
    row: fc.integer({ min: 0, max: 3 }),
    /** How long its transaction stays open after the change (ms). */
    open: fc.integer({ min: 0, max: 12 }),
    before: fc.integer({ min: 0, max: 6 }),
  });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test("a reader gets each change once, and those of a row in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (hands, pageSize) => {
          const rows = await writers`
            insert into public.notifications (user_id, kind, title)
            select ${buyer.id}, 'recap_ready', '' from generate_series(1, 4) returning id`;
          let { cursor } = await ask(null, 10);
          const read: Answer["changes"] = [];
          let written = 0;
          const work = Promise.all(
            hands.map(async (steps, hand) => {
              for (const [place, { row, open: ms, before }] of steps.entries()) {
                await pause(before);
                await writers.begin(async (sql) => {
                  const added = `${hand}.${place} `;
                  await sql`update public.notifications set title = title || ${added} where id = ${rows[row]!.id}`;
                  await pause(ms);
                });
                written++;
              }
            }),
          );
          let done = false;
          void work.then(() => {
            done = true;
          });
          for (let last = false; !last; ) {
            last = done;
            let answer: Answer;
            do {
              answer = await ask(cursor, pageSize);
              cursor = answer.cursor;
              read.push(...answer.changes);
            } while (answer.more);
          }
          await work;
          expect(read).toHaveLength(written);
          expect(new Set(read.map(({ sequence }) => sequence)).size).toBe(written);
          for (const { id } of rows) {
            const changes = read.filter(({ record }) => record.id === id);
            // Each change appends to the title, so every one has all before it.
            for (const [place, { record, previous }] of changes.entries()) {
              const before = changes[place - 1];
              expect(record.title.startsWith(before?.record.title ?? "")).toBe(true);
              if (before) expect(previous).toBe(before.sequence);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});
