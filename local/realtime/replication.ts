/**
 * Follows a publication: every committed transaction, in the order of the commits, for as long as we run.
 *
 * The slot is temporary, as hosted's is: a durable one would make Postgres keep all WAL while the stack is off. What
 * commits between a crash of Postgres and our reconnecting is therefore not sent, here as there: clients must read
 * what they missed, and a stand-in that sent it would hide that they don't.
 */
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { RETRY_MS } from "./database.ts";
import { type Change, Transactions } from "./pgoutput.ts";

export interface Replication {
  /** Resolves as soon as changes are being followed, or we are stopped. */
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

/** How long a position may stay unsaid, while the server does not ask: it keeps the log from there on. */
const REPORT_MS = 1_000;

/** Tells the server that everything up to `position` is ours: without it, it would take us for dead. */
function received(position: bigint): Buffer {
  const status = Buffer.alloc(34);
  status.write("r");
  for (const at of [1, 9, 17]) status.writeBigUInt64BE(position, at);
  status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25);
  return status;
}

/** Makes a slot and follows it, until the connection is lost or the stream fails: the end is always an error. */
async function follow(client: Client, options: ReplicationOptions, onUp: () => void): Promise<never> {
  await client.connect();
  const slot = `realtime_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
  const transactions = new Transactions();
  let reportedAt = 0;
  client.connection.on("copyData", ({ chunk }: { chunk: Buffer }) => {
    // Several come with each transaction.
    if (chunk[0] === KEEPALIVE && (chunk[17] === 1 || performance.now() - reportedAt > REPORT_MS)) {
      reportedAt = performance.now();
      client.connection.sendCopyFromChunk(received(chunk.readBigUInt64BE(1)));
    }
    if (chunk[0] !== WAL_DATA) return;
    const changes = transactions.read(chunk.subarray(25));
    if (changes && changes.length > 0) options.onTransaction(changes);
  });
  client.connection.once("replicationStart", onUp);
  // To Postgres this is a query that goes on and on.
  await client.query(
    `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${options.publication}')`,
  );
  throw new Error("Postgres ended the stream");
}

/** Follows a publication until stopped, through every crash of Postgres. */
export function startReplication(options: ReplicationOptions): Replication {
  let up = false;
  let stopped = false;
  let client: Client;
  let connections = 0;
  /** Said once, not at each attempt until it works again. */
  let complained = false;
  const waiting: (() => void)[] = [];

  function onUp(): void {
    up = true;
    if (complained) options.log(`replication of ${options.publication}: connected again`);
    complained = false;
    for (const resolve of waiting.splice(0)) resolve();
    if (connections++ > 0) options.onReconnect?.();
  }

  async function connect(): Promise<void> {
    client = new Client({
      connectionString: options.databaseUrl,
      application_name: "realtime_replication",
      replication: "database",
      connectionTimeoutMillis: 5_000,
    });
    // The query that fails with it says the same; the event alone would end the process.
    client.on("error", () => {});
    const failure = await follow(client, options, onUp).catch((error: Error) => error.message);
    up = false;
    await client.end();
    if (!stopped && !complained) options.log(`replication of ${options.publication}: ${failure}; reconnecting`);
    complained = true;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      await connect();
      if (!stopped) await delay(RETRY_MS);
    }
  }

  const running = run();
  return {
    ready: () => (up || stopped ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async stop() {
      stopped = true;
      for (const resolve of waiting.splice(0)) resolve();
      await client.end();
      await running;
    },
  };
}
