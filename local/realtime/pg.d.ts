/**
 * What we use of `pg`, which brings no types of its own.
 *
 * Why not `postgres`, as everywhere else: when the server is killed within a `begin`, version 3.4.9 writes to a socket
 * that is gone, outside of any promise, which ends the process; and such a connection may never work again.
 */
declare module "pg" {
  import type { EventEmitter } from "node:events";

  interface Config {
    connectionString: string;
    application_name: string;
    connectionTimeoutMillis?: number;
    statement_timeout?: number;
    /** Speak the replication protocol. */
    replication?: "database";
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row is what the query makes it.
  type Result<Row = any> = { rows: Row[] };

  interface Queryable {
    query<Row>(text: string, values?: unknown[]): Promise<Result<Row>>;
    query(query: { text: string; values: unknown[]; rowMode: "array" }): Promise<Result<unknown[]>>;
  }

  class Client extends EventEmitter implements Queryable {
    constructor(config: Config);
    connection: EventEmitter & { sendCopyFromChunk(chunk: Buffer): void };
    connect(): Promise<void>;
    query: Queryable["query"];
    end(): Promise<void>;
  }

  class Pool extends EventEmitter implements Queryable {
    constructor(config: Config & { max: number });
    connect(): Promise<Client & { release(error?: unknown): void }>;
    query: Queryable["query"];
    end(): Promise<void>;
  }
}
