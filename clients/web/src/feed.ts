/**
 * Which changes are applied, and when: the rules, without clock or network. Broadcasts are fast, and may be lost,
 * doubled or late; what `changes_since` answers is complete, and in order. Whatever comes of either, each change is
 * applied once, and those of a row in the order in which they were made.
 */

/** A change of a row, as broadcasts and `changes_since` have it. */
export interface Change<Row = Record<string, unknown>> {
  /** Of two changes of one row, the later one has the higher number. Changes of other rows may commit in any order. */
  sequence: number;
  /** The sequence of the change of this row before this one. Null: none was kept. */
  previous: number | null;
  /** The transaction that wrote it. */
  transaction: number;
  operation: "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  table: string;
  /** Null: it was deleted. Only `id`, when the change is over 200 KB. */
  record: Row | null;
  /** Null: it was inserted. Only `id`, when the change is over 200 KB. */
  old_record: Row | null;
}

/** What `changes_since` answers. */
export interface Page {
  changes: Change[];
  /** From which to go on. */
  cursor: string;
  /** Which transactions a complete answer has seen: Postgres' pg_snapshot. */
  snapshot: string;
  /** There are more: ask again with `cursor`. */
  more: boolean;
  /** Changes after the cursor asked with are not kept any more. `cursor` begins now: read the tables again. */
  gone: boolean;
}

/** So many rows are remembered; a change of a row that is not is read before it is applied. */
const ROWS_KEPT = 10_000;

/** pg_snapshot, as text `xmin:xmax:in,progress`. @returns whether a transaction had ended in it. */
function seenIn(snapshot: string): (transaction: number) => boolean {
  const [xmin, xmax, running = ""] = snapshot.split(":");
  const inProgress = new Set(running === "" ? [] : running.split(",").map(Number));
  return (transaction) => transaction < Number(xmin) || (transaction < Number(xmax) && !inProgress.has(transaction));
}

const rowOf = ({ schema, table, record, old_record }: Change) => `${schema}.${table}/${(record ?? old_record)?.id}`;

/** Whether a broadcast's payload is a change of our feed. Topics may carry other messages too. */
export function isChange(payload: unknown): payload is Change {
  const { sequence, transaction, operation } = (payload ?? {}) as Partial<Change>;
  return typeof sequence === "number" && typeof transaction === "number" && typeof operation === "string";
}

export class Feed {
  /** All before it was applied. Null: nothing has been read yet. */
  cursor: string | null;
  /** Whether a transaction's changes are before the cursor. Undefined: within the pages of an answer. */
  private seen: ((transaction: number) => boolean) | undefined;
  /** Applied from broadcasts, and not before the cursor yet: sequence → transaction. */
  private readonly early = new Map<number, number>();
  /** The last change that was applied of each row, the row that changed last at the end. */
  private readonly rows = new Map<string, number>();
  /** Broadcasts that may not be applied yet, by sequence. */
  private readonly waiting = new Map<number, Change>();

  /** @param cursor Of an earlier feed; null begins now. */
  constructor(cursor: string | null = null) {
    this.cursor = cursor;
  }

  /** Whether a broadcast waits for changes that only `changes_since` has. */
  get isBehind(): boolean {
    return this.waiting.size > 0;
  }

  /** @returns the changes to apply now that this broadcast has arrived. */
  receive(change: Change): Change[] {
    if (this.early.has(change.sequence) || this.seen?.(change.transaction)) return [];
    this.waiting.set(change.sequence, change);
    return this.applyWaiting();
  }

  /** @returns the changes to apply now that this answer has arrived, which was asked for with `cursor`. */
  read(page: Page): Change[] {
    if (page.gone) {
      this.early.clear();
      this.rows.clear();
      // Those after the new cursor are read; the others may be another server's.
      this.waiting.clear();
    }
    const changes = page.changes.filter((change) => {
      this.waiting.delete(change.sequence);
      if (this.early.delete(change.sequence)) return false;
      this.note(change);
      return true;
    });
    this.cursor = page.cursor;
    if (page.more) {
      this.seen = undefined;
      return changes;
    }
    const seen = seenIn(page.snapshot);
    this.seen = seen;
    for (const [sequence, transaction] of this.early) if (seen(transaction)) this.early.delete(sequence);
    for (const { sequence, transaction } of this.waiting.values()) {
      if (seen(transaction)) this.waiting.delete(sequence);
    }
    return [...changes, ...this.applyWaiting()];
  }

  private applyWaiting(): Change[] {
    if (!this.seen) return [];
    const applied = [];
    for (const change of [...this.waiting.values()].sort((a, b) => a.sequence - b.sequence)) {
      // Where the change before is not known to be applied, it may have been lost, and is read first.
      if (change.previous !== null && this.rows.get(rowOf(change)) !== change.previous) continue;
      this.waiting.delete(change.sequence);
      this.early.set(change.sequence, change.transaction);
      this.note(change);
      applied.push(change);
    }
    return applied;
  }

  private note(change: Change): void {
    const row = rowOf(change);
    this.rows.delete(row);
    this.rows.set(row, change.sequence);
    if (this.rows.size > ROWS_KEPT) this.rows.delete(this.rows.keys().next().value!);
  }
}
