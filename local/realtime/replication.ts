/**
 * Follows a publication: every committed transaction, in the order of the commits, for as long as we run.
 *
 * The slot is temporary, as hosted's is: a durable one would make Postgres keep all WAL while the stack is off. What
 * commits between a crash of Postgres and our reconnecting is therefore not sent, here as there: clients must read
 * what they missed, and a stand-in that sent it would hide that they don't.
 */
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import postgres from "postgres";
import { RETRY_MS } from "./database.ts";
import { type Change, Transactions } from "./pgoutput.ts";

export interface Replication {
  /** Are changes being followed right now? */
  readonly up: boolean;
  /** Resolves as soon as they are, or we are stopped. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReplicationOptions {
  databaseUrl: string;
  publication: string;
  onTransaction(changes: Change[]): void;
  /** Followed again, after the connection had been lost. */
  onReconnect?(): void;
  log(line: string): void;
}

const WAL_DATA = "w".charCodeAt(0);
const KEEPALIVE = "k".charCodeAt(0);

/** Tells the server that everything up to `position` is ours: without it, it would take us for dead. */
function received(position: bigint): Buffer {
  const status = Buffer.alloc(34);
  status.write("r");
  for (const at of [1, 9, 17]) status.writeBigUInt64BE(position, at);
  status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25);
  return status;
}

function connect(databaseUrl: string): postgres.Sql {
  return postgres(databaseUrl, {
    max: 1,
    fetch_types: false,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice() {},
    // `replication` is a parameter of the connection that postgres.js has no type for.
    connection: { application_name: "realtime_replication", replication: "database" } as Record<string, string>,
  });
}

/** Makes a slot and follows it; the stream ends with the connection. */
async function follow(sql: postgres.Sql, { publication, onTransaction }: ReplicationOptions): Promise<Duplex> {
  const slot = `realtime_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await sql.unsafe(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
  const stream = (await sql
    .unsafe(`START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${publication}')`)
    .writable()) as Duplex;
  const transactions = new Transactions();
  stream.on("data", (message: Buffer) => {
    if (message[0] === KEEPALIVE) stream.write(received(message.readBigUInt64BE(1)));
    if (message[0] !== WAL_DATA) return;
    const changes = transactions.read(message.subarray(25));
    if (changes && changes.length > 0) onTransaction(changes);
  });
  return stream;
}

const endOf = (stream: Duplex) =>
  new Promise<unknown>((resolve) => stream.once("error", resolve).once("close", () => resolve("the connection closed")));

/** Follows a publication until stopped, through every crash of Postgres. */
export function startReplication(options: ReplicationOptions): Replication {
  let up = false;
  let stopped = false;
  let sql: postgres.Sql | undefined;
  const waiting: (() => void)[] = [];

  async function run(): Promise<void> {
    let connections = 0;
    let told = "";
    while (!stopped) {
      sql = connect(options.databaseUrl);
      try {
        const ended = endOf(await follow(sql, options));
        up = true;
        told = "";
        for (const resolve of waiting.splice(0)) resolve();
        if (connections++ > 0) options.onReconnect?.();
        throw await ended;
      } catch (reason) {
        up = false;
        await sql.end({ timeout: 0 });
        if (stopped) return;
        const message = reason instanceof Error ? reason.message : String(reason);
        if (message !== told) options.log(`replication of ${options.publication}: ${message}; reconnecting`);
        told = message;
        await delay(RETRY_MS);
      }
    }
  }

  const running = run();
  return {
    get up() {
      return up;
    },
    ready: () => (up ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async stop() {
      stopped = true;
      for (const resolve of waiting.splice(0)) resolve();
      await sql?.end({ timeout: 0 });
      await running;
    },
  };
}
