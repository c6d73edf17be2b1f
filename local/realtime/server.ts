/**
 * A stand-in for Supabase Realtime: postgres_changes, broadcast and private channels for the embedded Supabase.
 * It answers to the wire protocol of realtime-js (vsn 1.0.0 and 2.0.0) and to the SQL of 50-realtime.sql.
 * tests/local/realtime.test.ts, realtime_broadcast.test.ts and realtime_changes.test.ts, most of them with supabase-js
 * as its client, hold it to what hosted's does. Not in it: presence, and hosted's limits on rates and connections.
 *
 *     const realtime = await startRealtime({ databaseUrl, jwtSecret, publishableKey, secretKey });
 *     server.on("upgrade", (request, socket, head) => realtime.handleUpgrade(request, socket, head));
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { ChangeFeed, PUBLICATION } from "./changes.ts";
import type { Services } from "./channel.ts";
import { openDatabase, patiently } from "./database.ts";
import type { Version } from "./frames.ts";
import { Hub, tooLarge } from "./hub.ts";
import { MESSAGES_PUBLICATION, maintainPartitions, storedMessage } from "./messages.ts";
import type { Change } from "./pgoutput.ts";
import { startReplication } from "./replication.ts";
import { handleRest } from "./rest.ts";
import { type Opening, Socket } from "./socket.ts";
import { type Keys, Refusal, readToken } from "./token.ts";
import { whenVisible } from "./visibility.ts";

export interface RealtimeOptions extends Keys {
  /** Of supabase_admin, the superuser: it replicates and becomes any role. */
  databaseUrl: string;
  log?: (line: string) => void;
  /** Refuses channels that are not private, as hosted does with "Allow public access" off. Default: false. */
  privateOnly?: boolean;
  /** How much later a join is refused (milliseconds). Default: 5000, as on hosted. */
  joinErrorDelay?: number;
}

export interface Realtime {
  /** A socket for /realtime/v1/websocket. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Any other request under /realtime/v1. */
  handleRequest(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const MESSAGE_BATCH = 1_000;
const SERVER_GOES_AWAY = 1001;

/** @throws Refusal when the request opens no socket. */
function readOpening(request: IncomingMessage, keys: Keys): Opening {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (name.startsWith("x-") ? [[name, String(value)]] : [])),
  );
  const token = headers["x-api-key"] ?? query.get("apikey");
  if (!token) throw new Refusal("MissingAPIKey", "API key is missing");
  readToken(token, keys);
  const version = query.get("vsn") ?? "1.0.0";
  if (version !== "1.0.0" && version !== "2.0.0")
    throw new Refusal("UnsupportedVersion", `vsn ${version} is not supported`);
  return { version: version satisfies Version, token, headers };
}

function refuseUpgrade(socket: Duplex, { message }: Refusal): void {
  const body = JSON.stringify({ error: message });
  socket.end(
    `HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Starts the server; it is ready to be joined when this resolves. */
export async function startRealtime(options: RealtimeOptions): Promise<Realtime> {
  const {
    databaseUrl,
    jwtSecret,
    publishableKey,
    secretKey,
    log = () => {},
    joinErrorDelay = 5_000,
    privateOnly = false,
  } = options;
  const keys: Keys = { jwtSecret, publishableKey, secretKey };
  const database = openDatabase(databaseUrl);
  const hub = new Hub();
  const changes = new ChangeFeed(database, log);
  let stopped = false;

  function tend(): void {
    const work = () => maintainPartitions(database);
    patiently(() => stopped, work).catch(
      (error) => stopped || log(`partitions of realtime.messages: ${error.message}`),
    );
  }

  function sendStored(stored: Change[]): void {
    for (const change of stored) {
      const message = storedMessage(change);
      if (!message) continue;
      if (tooLarge(message.broadcast)) log(`message to ${message.topic}: payload size exceeded, not sent`);
      else hub.send(message.topic, message.private, message.broadcast);
    }
  }

  const messages = whenVisible(database, MESSAGE_BATCH, sendStored, log);
  const stream = { databaseUrl, log };
  const changeStream = startReplication({
    ...stream,
    publication: PUBLICATION,
    onTransaction: (transaction) => changes.receive(transaction),
    // What was missed is the client's to read: "Subscribed to PostgreSQL" once more tells it so.
    onReconnect: () => changes.resubscribeAll(),
  });
  const messageStream = startReplication({
    ...stream,
    publication: MESSAGES_PUBLICATION,
    onTransaction: (transaction) => messages.add(transaction),
    onReconnect: tend,
  });
  await Promise.all([changeStream.ready(), messageStream.ready(), maintainPartitions(database)]);
  const tending = setInterval(tend, HOUR_MS).unref();

  let lastBindingId = 0;
  const services: Services = {
    keys,
    database,
    hub,
    changes,
    changeStream,
    messageStream,
    joinErrorDelay,
    privateOnly,
    nextBindingId: () => ++lastBindingId,
    log,
  };
  const sockets = new WebSocketServer({ noServer: true });

  let ending: Promise<void> | undefined;
  async function end(): Promise<void> {
    stopped = true;
    clearInterval(tending);
    for (const client of sockets.clients) client.close(SERVER_GOES_AWAY);
    sockets.close();
    await Promise.all([changeStream.stop(), messageStream.stop(), changes.stop(), messages.stop()]);
    await database.end();
    for (const client of sockets.clients) client.terminate();
  }

  return {
    handleUpgrade(request, socket, head) {
      try {
        const opening = readOpening(request, keys);
        sockets.handleUpgrade(request, socket, head, (client) => new Socket(client, opening, services));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refuseUpgrade(socket, error);
      }
    },
    handleRequest: (request) => handleRest(request, services),
    stop() {
      ending ??= end();
      return ending;
    },
  };
}
