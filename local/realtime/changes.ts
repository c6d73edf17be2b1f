/**
 * postgres_changes: tells each subscriber of the committed changes it asked for and may see.
 * Held by tests/local/realtime_changes.test.ts.
 */
import { asksFor, type Binding, type Filter } from "./bindings.ts";
import { type Database, isConnectionLoss } from "./database.ts";
import type { Change } from "./pgoutput.ts";
import { canSee, checkFilter, describeTables, publishedTables, readValues, type Table, type Values } from "./tables.ts";
import { type Claims, Refusal } from "./token.ts";
import { type VisibleChanges, whenVisible } from "./visibility.ts";

export const PUBLICATION = "supabase_realtime";

/** A channel that hears of changes. */
export interface Subscriber {
  readonly claims: Claims;
  readonly bindings: Binding[];
  /** `payload` is JSON. */
  push(event: string, payload: string): void;
  /** The stream of changes was interrupted: subscribe again. */
  resubscribe(): void;
}

interface Interest {
  subscriber: Subscriber;
  binding: Binding;
  claims: Claims;
}

/** One event for one subscriber. */
interface Delivery {
  subscriber: Subscriber;
  binding: Binding;
  data: string;
}

/** How many changes are looked at side by side; they are delivered in order all the same. */
const BATCH = 50;
/** Beyond this a change is sent without its large values. */
const MAX_RECORD_BYTES = 1024 * 1024;
const SMALL_VALUE_BYTES = 64;

function grouped<Item>(items: Item[], key: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}

function json(fields: Record<string, string>): string {
  return `{${Object.entries(fields)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(",")}}`;
}

/** What a subscriber gets that may not see the row at all. */
function errorData(change: Change, error: string): string {
  return json({
    schema: JSON.stringify(change.relation.schema),
    table: JSON.stringify(change.relation.table),
    type: JSON.stringify(change.type),
    commit_timestamp: "null",
    columns: "[]",
    ...(change.type !== "DELETE" && { record: "{}" }),
    ...(change.type !== "INSERT" && { old_record: "{}" }),
    errors: JSON.stringify([error]),
  });
}

/** The change as `role` may see it, with only the columns of `select` when there are any. */
function changeData(change: Change, table: Table, values: Values, role: string, select?: string[]): string {
  const readable = table.columns.filter(
    ({ name, primaryKey, readers }) => readers.includes(role) && (!select || select.includes(name) || primaryKey),
  );
  const tooLarge = [...values.record.values(), ...values.oldRecord.values()].join("").length > MAX_RECORD_BYTES;
  const object = (row: Map<string, string>, columns: typeof readable) =>
    json(
      Object.fromEntries(
        columns
          .filter(({ name }) => row.has(name) && (!tooLarge || Buffer.byteLength(row.get(name)!) <= SMALL_VALUE_BYTES))
          .map(({ name }) => [name, row.get(name)!]),
      ),
    );
  // RLS cannot judge a row that is gone: of such a table, only the key is told.
  const keyOnly = change.type === "DELETE" && table.rowSecurity;
  return json({
    schema: JSON.stringify(change.relation.schema),
    table: JSON.stringify(change.relation.table),
    type: JSON.stringify(change.type),
    commit_timestamp: JSON.stringify(change.committedAt.toISOString()),
    columns: JSON.stringify(readable.map(({ name, type }) => ({ name, type }))),
    ...(change.type !== "DELETE" && { record: object(values.record, readable) }),
    ...(change.type !== "INSERT" && {
      old_record: object(values.oldRecord, keyOnly ? readable.filter(({ primaryKey }) => primaryKey) : readable),
    }),
    errors: tooLarge ? '["Error 413: Payload Too Large"]' : "null",
  });
}

export class ChangeFeed {
  private readonly subscribers = new Set<Subscriber>();
  private readonly changes: VisibleChanges;

  constructor(
    private readonly database: Database,
    private readonly log: (line: string) => void,
  ) {
    this.changes = whenVisible(database, BATCH, (batch) => this.tell(batch), log);
  }

  /**
   * From now on the subscriber is told of what it asked for.
   * @throws Refusal when one of its bindings is not possible.
   */
  async add(subscriber: Subscriber): Promise<void> {
    const { role } = subscriber.claims;
    for (const binding of subscriber.bindings) await this.check(binding, role);
    this.subscribers.add(subscriber);
  }

  remove(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  resubscribeAll(): void {
    for (const subscriber of this.subscribers) subscriber.resubscribe();
  }

  /** Takes the changes of one transaction. */
  receive(changes: Change[]): void {
    const bindings = [...this.subscribers].flatMap((subscriber) => subscriber.bindings);
    const wanted = changes.filter(({ relation, type }) =>
      bindings.some((binding) => asksFor(binding, relation.schema, relation.table, type)),
    );
    this.changes.add(wanted);
  }

  stop(): Promise<void> {
    return this.changes.stop();
  }

  private async check(binding: Binding, role: string): Promise<void> {
    const { event, schema, table, filter, select } = binding;
    const asked = `event: ${event}, schema: ${schema}, table: ${table}, filter: ${JSON.stringify(filter ?? null)}`;
    const refuse = (why: string) =>
      new Refusal("RealtimeDisabledForConfiguration", `Unable to subscribe to changes with given parameters. ${why}`);
    const published = await publishedTables(this.database, PUBLICATION, binding, role);
    if (published.length === 0) {
      throw refuse(`Please check Realtime is enabled for the given connect parameters: [${asked}]`);
    }
    const failed = (what: string) =>
      refuse(`An exception happened so please check your connect parameters: [${asked}]. Exception: ${what}`);
    for (const { columns } of published) {
      const readable = (name: string) =>
        columns.find((column) => column.name === name && column.readers.includes(role));
      const hidden = select?.find((name) => !readable(name));
      if (hidden !== undefined) throw failed(`invalid column for select ${hidden}`);
      if (!filter) continue;
      const column = readable(filter.column);
      if (!column) throw failed(`invalid column for filter ${filter.column}`);
      await checkFilter(this.database, column, filter).catch((error) => {
        throw isConnectionLoss(error) ? error : failed(error.message);
      });
    }
  }

  private async tell(batch: Change[]): Promise<void> {
    for (const deliveries of await this.judge(batch)) this.deliver(deliveries);
  }

  /** Who gets what of each change. */
  private async judge(batch: Change[]): Promise<Delivery[][]> {
    const roles = new Set([...this.subscribers].map(({ claims }) => claims.role));
    const oids = new Set(batch.map(({ relation }) => relation.oid));
    // Asked anew for each batch, so that a grant or a revoke counts at once.
    const tables = await describeTables(this.database, [...oids], [...roles]);
    return Promise.all(
      batch.map(async (change) => {
        const table = tables.get(change.relation.oid);
        if (!table) return [];
        return this.judgeOne(change, table).catch((error) => {
          if (isConnectionLoss(error)) throw error;
          this.log(`postgres_changes: ${table.schema}.${table.name}: ${error.message}`);
          return [];
        });
      }),
    );
  }

  private async judgeOne(change: Change, table: Table): Promise<Delivery[]> {
    const { schema, table: name } = change.relation;
    const interests: Interest[] = [...this.subscribers].flatMap((subscriber) =>
      subscriber.bindings
        .filter((binding) => asksFor(binding, schema, name, change.type))
        .map((binding) => ({ subscriber, binding, claims: subscriber.claims })),
    );
    const errors = interests.flatMap((interest) => {
      const error = this.accessError(change, table, interest.claims.role);
      return error ? [{ ...interest, data: errorData(change, error) }] : [];
    });
    const refused = new Set(errors.map(({ binding }) => binding));
    const allowed = interests.filter(({ binding }) => !refused.has(binding));
    if (allowed.length === 0) return errors;

    const filters = allowed.flatMap(({ binding }) => binding.filter ?? []);
    const values = await readValues(this.database, table, { ...change, filters });
    const matching = allowed.filter(({ binding }) => !binding.filter || values.passed.has(binding.filter as Filter));
    const visible = await this.visible(change, table, matching);
    const data = grouped(visible, ({ claims, binding }) => JSON.stringify([claims.role, binding.select])).flatMap(
      (group) => {
        const { claims, binding } = group[0]!;
        const text = changeData(change, table, values, claims.role, binding.select);
        return group.map((interest) => ({ ...interest, data: text }));
      },
    );
    return [...errors, ...data];
  }

  private accessError(change: Change, table: Table, role: string): string | undefined {
    if (change.type === "DELETE") return undefined;
    const key = table.columns.filter(({ primaryKey }) => primaryKey);
    if (key.length === 0) return "Error 400: Bad Request, no primary key";
    return key.every(({ readers }) => readers.includes(role)) ? undefined : "Error 401: Unauthorized";
  }

  /** Those whom RLS lets see the row: Postgres is asked once for each set of claims. */
  private async visible(change: Change, table: Table, interests: Interest[]): Promise<Interest[]> {
    if (!table.rowSecurity || change.type === "DELETE") return interests;
    const groups = grouped(interests, ({ claims }) => JSON.stringify(claims));
    const answers = await Promise.all(
      groups.map(async (group) => {
        const seen = await canSee(this.database, table, change.record!, group[0]!.claims).catch((error) => {
          if (isConnectionLoss(error)) throw error;
          this.log(`postgres_changes: RLS of ${table.schema}.${table.name}: ${error.message}`);
          return false;
        });
        return seen ? group : [];
      }),
    );
    return answers.flat();
  }

  /** One event for each subscriber, with the ids of all its bindings that want the same data. */
  private deliver(deliveries: Delivery[]): void {
    const bySubscriber = new Map<Subscriber, Delivery[]>();
    for (const delivery of deliveries) {
      bySubscriber.set(delivery.subscriber, [...(bySubscriber.get(delivery.subscriber) ?? []), delivery]);
    }
    for (const [subscriber, own] of bySubscriber) {
      if (!this.subscribers.has(subscriber)) continue;
      for (const same of grouped(own, ({ data }) => data)) {
        const ids = same.map(({ binding }) => binding.id);
        subscriber.push("postgres_changes", `{"ids":${JSON.stringify(ids)},"data":${same[0]!.data}}`);
      }
    }
  }
}
