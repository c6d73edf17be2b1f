/**
 * The table realtime.messages: its partitions, and its rows as broadcasts.
 * Held by tests/local/realtime_broadcast.test.ts.
 */
import type { Database } from "./database.ts";
import type { Broadcast } from "./frames.ts";
import type { Change } from "./pgoutput.ts";

export const MESSAGES_PUBLICATION = "supabase_realtime_messages_publication";

const DAY_MS = 86_400_000;
const KEPT_MS = 3 * DAY_MS;
const REPLAY_LIMIT = 25;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const partitionOf = (time: number) => `messages_${dayOf(time).replaceAll("-", "_")}`;

/** Makes the partitions of yesterday to three days ahead, and drops those past their time. */
export async function maintainPartitions(database: Database, now = Date.now()): Promise<void> {
  for (let ahead = -1; ahead <= 3; ahead++) {
    const from = now + ahead * DAY_MS;
    const name = `realtime.${partitionOf(from)}`;
    await database.script(`
      create table if not exists ${name} partition of realtime.messages for values from ('${dayOf(from)}') to
        ('${dayOf(from + DAY_MS)}');
      alter table ${name} owner to supabase_realtime_admin;
    `);
  }
  const partitions = await database.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass and c.relname ~ '^messages_[0-9_]{10}$'`,
  );
  const oldest = partitionOf(now - KEPT_MS);
  for (const { name } of partitions) if (name < oldest) await database.query(`drop table if exists realtime.${name}`);
}

export interface StoredMessage {
  topic: string;
  private: boolean;
  broadcast: Broadcast & { form: "parts" };
}

/** A committed row as the broadcast it stands for; undefined when it stands for none. */
export function storedMessage({ record, type }: Change): StoredMessage | undefined {
  if (type !== "INSERT" || record?.get("extension") !== "broadcast") return undefined;
  const [topic, event, id, json, binary] = ["topic", "event", "id", "payload", "binary_payload"].map((name) =>
    record.get(name),
  );
  if (!topic || !event || !id) return undefined;
  const body = json ? Buffer.from(json) : binary ? Buffer.from(binary.slice(2), "hex") : undefined;
  if (!body) return undefined;
  return {
    topic,
    private: record.get("private") === "t",
    broadcast: { form: "parts", event, encoding: json ? "json" : "binary", body, meta: { id } },
  };
}

export interface ReplayedMessage {
  id: string;
  event: string;
  /** JSON. */
  payload: string;
}

/** The last messages of a private topic since a time (milliseconds), the oldest first. */
export async function replayed(
  database: Database,
  topic: string,
  since: number,
  limit: number,
): Promise<ReplayedMessage[]> {
  const rows = await database.query<ReplayedMessage>(
    `select id, event, payload::text as payload from realtime.messages
    where topic = $1 and private and extension = 'broadcast' and payload is not null
      and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
      and inserted_at < now() at time zone 'utc' + interval '1 minute'
    order by inserted_at desc
    limit $3`,
    [topic, since, Math.max(1, Math.min(limit, REPLAY_LIMIT))],
  );
  return rows.reverse();
}
