/** Which changes a client applies: each once, and in order, whatever the network does. The server is a model. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Change, Feed, isChange, type Page } from "../../../clients/web/src/feed.ts";

/** Postgres as far as it matters: transactions that write rows, locks on rows, snapshots, changes_since. */
class Server {
  readonly changes: (Change & { id: string })[] = [];
  readonly open = new Map<number, Change[]>();
  private readonly locks = new Map<string, number>();
  private readonly last = new Map<string, number>();
  private nextTransaction = 100;
  private nextSequence = 1;

  begin(): void {
    this.open.set(this.nextTransaction++, []);
  }

  /** False: another transaction holds the row. */
  write(transaction: number, id: string): boolean {
    const holder = this.locks.get(id);
    if (holder !== undefined && holder !== transaction) return false;
    this.locks.set(id, transaction);
    const previous = this.last.get(id) ?? null;
    const change: Change = {
      sequence: this.nextSequence++,
      previous,
      transaction,
      operation: previous === null ? "INSERT" : "UPDATE",
      schema: "public",
      table: "orders",
      record: { id },
      old_record: previous === null ? null : { id },
    };
    this.last.set(id, change.sequence);
    this.open.get(transaction)!.push(change);
    return true;
  }

  /** @returns what is broadcast. */
  commit(transaction: number): Change[] {
    const changes = this.open.get(transaction)!;
    this.open.delete(transaction);
    for (const [id, holder] of this.locks) if (holder === transaction) this.locks.delete(id);
    this.changes.push(...changes.map((change) => ({ ...change, id: String(change.record!.id) })));
    return changes;
  }

  snapshot(): string {
    const running = [...this.open.keys()];
    return `${Math.min(this.nextTransaction, ...running)}:${this.nextTransaction}:${running.join(",")}`;
  }

  since(cursor: string | null, atMost: number): Page {
    if (cursor === null) {
      return { changes: [], cursor: this.snapshot(), snapshot: this.snapshot(), more: false, gone: false };
    }
    const [from, until = this.snapshot(), after = "0"] = cursor.split("/");
    const sees = (snapshot: string, transaction: number) => {
      const [xmin, xmax, running] = snapshot.split(":");
      if (transaction < Number(xmin)) return true;
      return transaction < Number(xmax) && !running!.split(",").includes(String(transaction));
    };
    const found = this.changes
      .filter((one) => !sees(from!, one.transaction) && sees(until, one.transaction) && one.sequence > Number(after))
      .sort((a, b) => a.sequence - b.sequence);
    const changes = found.slice(0, atMost);
    const more = found.length > atMost;
    return {
      changes,
      cursor: more ? `${from}/${until}/${changes.at(-1)!.sequence}` : until,
      snapshot: until,
      more,
      gone: false,
    };
  }
}

type Step =
  | { is: "begin" }
  | { is: "write"; of: number; row: number }
  | { is: "commit"; of: number; copies: number }
  | { is: "arrive"; which: number }
  | { is: "ask"; atMost: number }
  | { is: "answer" };

const number = fc.nat({ max: 1000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constant("begin" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ is: fc.constant("write" as const), of: number, row: fc.nat({ max: 3 }) }),
  },
  {
    weight: 5,
    // None: the broadcast is lost. Two: it is told twice.
    arbitrary: fc.record({ is: fc.constant("commit" as const), of: number, copies: fc.nat({ max: 2 }) }),
  },
  { weight: 8, arbitrary: fc.record({ is: fc.constant("arrive" as const), which: number }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ask" as const), atMost: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant("answer" as const) }) },
);

/** The changes that a client applies, and those that it should have. */
function run(before: Step[], steps: Step[]): { applied: Change[]; due: Change[]; early: number } {
  const server = new Server();
  const feed = new Feed();
  const applied: Change[] = [];
  const network: Change[] = [];
  let answer: Page | undefined;
  let early = 0;
  let listening = false;

  function take({ ...one }: Step): void {
    const pick = (of: number) => [...server.open.keys()][of % server.open.size]!;
    if (one.is === "begin") server.begin();
    else if (one.is === "write" && server.open.size > 0) server.write(pick(one.of), `row ${one.row}`);
    else if (one.is === "commit" && server.open.size > 0) {
      const told = server.commit(pick(one.of));
      if (listening) for (let copy = 0; copy < one.copies; copy++) network.push(...told);
    } else if (one.is === "arrive" && network.length > 0) {
      const changes = feed.receive(network.splice(one.which % network.length, 1)[0]!);
      early += changes.length;
      applied.push(...changes);
    } else if (one.is === "ask" && listening) answer ??= server.since(feed.cursor, one.atMost);
    else if (one.is === "answer" && answer) {
      const page = answer;
      answer = undefined;
      applied.push(...feed.read(page));
    }
  }

  for (const one of before) take(one);
  listening = true;
  const known = new Set(server.changes.map(({ sequence }) => sequence));
  applied.push(...feed.read(server.since(null, 1)));
  for (const one of steps) take(one);

  // In the end all transactions commit, what is still on its way arrives, and the rest is read.
  while (server.open.size > 0) take({ is: "commit", of: 0, copies: 1 });
  take({ is: "answer" });
  while (network.length > 0) take({ is: "arrive", which: 0 });
  // Twice: what was being read page by page is as old as its first page.
  for (let reads = 0; reads < 2; ) {
    const page = server.since(feed.cursor, 2);
    applied.push(...feed.read(page));
    if (!page.more) reads++;
  }
  expect(feed.isBehind).toBe(false);
  return { applied, due: server.changes.filter(({ sequence }) => !known.has(sequence)), early };
}

describe("any broadcasts lost, doubled, late and mixed with answers", () => {
  const steps = fc.array(step, { maxLength: 120, size: "max" });

  test("each change is applied once, and those of a row in order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps, (before, then) => {
        const { applied, due } = run(before, then);
        const sequences = applied.map(({ sequence }) => sequence);
        expect(sequences.toSorted((a, b) => a - b)).toEqual(
          due.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
        );
        for (const id of new Set(applied.map(({ record }) => record!.id))) {
          const ofRow = applied.filter(({ record }) => record!.id === id).map(({ sequence }) => sequence);
          expect(ofRow).toEqual(ofRow.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("the runs are worth something: many changes are applied from broadcasts, before they are read", () => {
    const runs = fc.sample(steps, { numRuns: 200, seed: 1 }).map((then) => run([], then));
    expect(runs.reduce((sum, { early }) => sum + early, 0)).toBeGreaterThan(200);
    expect(runs.reduce((sum, { applied, early }) => sum + applied.length - early, 0)).toBeGreaterThan(200);
  });
});

describe("a change", () => {
  const change = (sequence: number, previous: number | null, transaction: number): Change => ({
    sequence,
    previous,
    transaction,
    operation: previous === null ? "INSERT" : "UPDATE",
    schema: "public",
    table: "orders",
    record: { id: "1" },
    old_record: null,
  });
  const page = (of: Partial<Page>): Page => ({
    changes: [],
    cursor: "c",
    snapshot: "10:10:",
    more: false,
    gone: false,
    ...of,
  });

  test("waits until something has been read: it may be in what the page loads", () => {
    const feed = new Feed();
    expect(feed.receive(change(1, null, 5))).toEqual([]);
    expect(feed.read(page({}))).toEqual([]);
    expect(feed.isBehind).toBe(false);
  });

  test("is applied at once when the one before it was", () => {
    const feed = new Feed();
    feed.read(page({}));
    expect(feed.receive(change(1, null, 10))).toHaveLength(1);
    expect(feed.receive(change(2, 1, 11))).toHaveLength(1);
    expect(feed.receive(change(4, 3, 13))).toEqual([]);
    expect(feed.isBehind).toBe(true);
    expect(
      feed.read(page({ changes: [1, 2, 3].map((n) => change(n, n - 1 || null, n + 9)), snapshot: "13:13:" })),
    ).toEqual([change(3, 2, 12), change(4, 3, 13)]);
  });

  test("of a transaction that was in progress is not taken for one that was read", () => {
    const feed = new Feed();
    feed.read(page({ snapshot: "7:10:7,8" }));
    expect(feed.receive(change(1, null, 8))).toHaveLength(1);
    expect(feed.receive(change(2, null, 9))).toEqual([]);
  });

  test("of before is forgotten when the cursor is gone", () => {
    const feed = new Feed("old");
    feed.receive(change(70, 69, 700));
    expect(feed.read(page({ gone: true, cursor: "new", snapshot: "20:20:" }))).toEqual([]);
    expect([feed.isBehind, feed.cursor]).toEqual([false, "new"]);
  });

  test.each([[null], [{}], [{ sequence: "1" }], ["text"], [{ id: "x", operation: "INSERT" }]])(
    "is not what else is sent to the topic: %j",
    (payload) => expect(isChange(payload)).toBe(false),
  );
});
