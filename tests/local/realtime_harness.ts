/** What the Realtime tests share: a Postgres and a Realtime of their own, official clients and raw sockets. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { vi } from "vitest";
import WebSocket from "ws";
import { signJwt } from "../../local/keys.ts";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { type Realtime, startRealtime } from "../../local/realtime/server.ts";
import { untilHolds as until } from "../until.ts";
import { startTestPostgres } from "./test_postgres.ts";

export { until };

export const KEYS = {
  jwtSecret: "a-secret-of-the-realtime-tests-and-nothing-else",
  publishableKey: "sb_publishable_realtime-tests",
  secretKey: "sb_secret_realtime-tests",
};

export interface User {
  id: string;
  token: string;
}

export const inSeconds = (seconds: number) => Date.now() / 1000 + seconds;

export function tokenOf(sub: string, claims: Record<string, unknown> = {}): string {
  return signJwt(
    { aud: "authenticated", role: "authenticated", sub, exp: Math.floor(inSeconds(3600)), ...claims },
    KEYS.jwtSecret,
  );
}

export function newUser(): User {
  const id = randomUUID();
  return { id, token: tokenOf(id) };
}

/**
 * Runs `work` by a clock that stands still until `pass` moves it: how long things take on this machine changes nothing
 * about what has expired.
 */
export async function withOwnClock<Result>(
  work: (pass: (seconds: number) => void) => Promise<Result>,
): Promise<Result> {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  try {
    return await work((seconds) => void vi.advanceTimersByTime(seconds * 1000));
  } finally {
    vi.useRealTimers();
  }
}

/** A topic or table that no other test uses. */
export const unique = (name: string) => `${name}_${randomUUID().slice(0, 8)}`;

/** The item that matches, as soon as there is one. */
export function arrival<Item>(items: Item[], matches: (item: Item) => boolean): Promise<Item> {
  return until(() => {
    const found = items.find(matches);
    if (!found) throw new Error(`not among ${JSON.stringify(items)}`);
    return found;
  });
}

export interface RawFrame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says.
  payload: any;
}

/** A socket without the official client: every frame as it came. */
export class RawSocket {
  readonly frames: RawFrame[] = [];
  readonly binary: Buffer[] = [];
  closed: number | undefined;

  private constructor(
    readonly socket: WebSocket,
    private readonly vsn: string,
  ) {
    socket.on("close", (code) => {
      this.closed = code;
    });
    socket.on("message", (raw: Buffer, isBinary) => {
      if (isBinary) this.binary.push(raw);
      else this.frames.push(this.read(JSON.parse(raw.toString())));
    });
  }

  static async open(url: string, { vsn = "2.0.0", apikey = KEYS.publishableKey } = {}): Promise<RawSocket> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/realtime/v1/websocket?apikey=${apikey}&vsn=${vsn}`);
    const raw = new RawSocket(socket, vsn);
    await once(socket, "open");
    return raw;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame of either version.
  private read(frame: any): RawFrame {
    if (this.vsn === "1.0.0") return { ...frame, joinRef: frame.join_ref };
    const [joinRef, ref, topic, event, payload] = frame;
    return { joinRef, ref, topic, event, payload };
  }

  send(topic: string, event: string, payload: object, ref: string, joinRef: string | null = null): void {
    const frame =
      this.vsn === "1.0.0" ? { topic, event, payload, ref, join_ref: joinRef } : [joinRef, ref, topic, event, payload];
    this.socket.send(JSON.stringify(frame));
  }

  /** Joins, and returns the reply's payload. */
  async join(topic: string, config: object = {}, accessToken?: string, ref = "1") {
    this.send(`realtime:${topic}`, "phx_join", { config, ...(accessToken && { access_token: accessToken }) }, ref, ref);
    return (await this.reply(ref)).payload;
  }

  reply = (ref: string) => this.frame((frame) => frame.event === "phx_reply" && frame.ref === ref);
  frame = (matches: (frame: RawFrame) => boolean) => arrival(this.frames, matches);
}

export interface World {
  url: string;
  postgres: Postgres;
  realtime: Realtime;
  /** As the role that runs migrations. */
  sql: postgres.Sql;
  logged: string[];
  /** An official client; without a user it is anonymous. */
  client(options?: { user?: User; vsn?: string; key?: string }): Promise<SupabaseClient>;
  raw(options?: { vsn?: string; apikey?: string }): Promise<RawSocket>;
  stop(): Promise<void>;
}

/** @param on A Postgres that is running already, and goes on. */
export async function startWorld({
  joinErrorDelay = 20,
  on,
  fsync,
}: {
  joinErrorDelay?: number;
  on?: Postgres;
  /** As of startTestPostgres. */
  fsync?: boolean;
} = {}): Promise<World> {
  const database = on ?? (await startTestPostgres({ fsync }));
  const logged: string[] = [];
  const realtime = await startRealtime({
    ...KEYS,
    databaseUrl: database.url("supabase_admin"),
    joinErrorDelay,
    log: (line) => logged.push(line),
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await realtime.handleRequest(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method ?? "GET",
        headers: request.headers as Record<string, string>,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  server.on("upgrade", (request, socket, head) => realtime.handleUpgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sql = postgres(database.url("postgres"), { onnotice() {}, backoff: () => 0.1 });
  const clients: SupabaseClient[] = [];
  const sockets: RawSocket[] = [];

  return {
    url,
    postgres: database,
    realtime,
    sql,
    logged,
    async client({ user, vsn = "2.0.0", key = KEYS.publishableKey } = {}) {
      const client = createClient(url, key, {
        auth: { persistSession: false, autoRefreshToken: false },
        realtime: { transport: WebSocket as never, vsn },
        ...(user && { accessToken: async () => user.token }),
      });
      // Without this, the first join of a client with a callback carries no token.
      if (user) await client.realtime.setAuth();
      clients.push(client);
      return client;
    },
    async raw(options) {
      const socket = await RawSocket.open(url, options);
      sockets.push(socket);
      return socket;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.realtime.disconnect()));
      for (const { socket } of sockets) socket.terminate();
      await realtime.stop();
      server.closeAllConnections();
      server.close();
      await sql.end({ timeout: 1 });
      if (!on) await database.stop();
    },
  };
}

/** Subscribes, and resolves once the server says so; rejects with its reason when it does not. */
export function joined(channel: RealtimeChannel): Promise<RealtimeChannel> {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve(channel);
      else reject(error ?? new Error(status));
    });
  });
}

/** The events of a broadcast that a channel hears, in order. */
export function heard(channel: RealtimeChannel, event = "*") {
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent.
  const messages: { event: string; payload: any; meta?: { id: string; replayed?: boolean } }[] = [];
  channel.on("broadcast", { event }, (message) => messages.push(message as never));
  return messages;
}
