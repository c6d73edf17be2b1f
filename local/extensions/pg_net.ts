/**
 * A stand-in for pg_net's background worker: takes requests from net.http_request_queue, sends them, keeps the answers.
 *
 * Contract: tests/fixtures/contract/statements.json. The SQL that callers see is 20-pg_net.sql.
 */
import { setMaxListeners } from "node:events";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";

const VERSION = "0.20.4";
const BATCH_SIZE = 200;
const TTL = "6 hours";
const PAUSE_MS = 1_000;
const RECONNECT_MS = 200;
/** libcurl's default. */
const MAX_REDIRECTS = 30;

export interface PgNetOptions {
  /** The superuser's. */
  databaseUrl: string;
  log?: (line: string) => void;
}

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string | null> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

/** A row of net._http_response, without the time. */
interface ResponseRow {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

interface Answer {
  response: http.IncomingMessage;
  body: Buffer;
}

/** When the steps of a request ended. */
interface Stopwatch {
  started: number;
  resolved?: number;
  connected?: number;
}

/** Starts the worker. It outlives restarts of the database. */
export async function startPgNet({ databaseUrl, log = () => {} }: PgNetOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let session = await openSession(databaseUrl, signal);

  async function keepWorking(): Promise<void> {
    while (!signal.aborted) {
      // Closing the connection in the middle of a batch rolls it back: its requests are in the queue again.
      await session
        .work()
        .catch((error) => signal.aborted || log(`pg_net: ${error.message}`))
        .finally(session.close);
      while (!signal.aborted) {
        try {
          session = await openSession(databaseUrl, signal);
          break;
        } catch {
          await pause(RECONNECT_MS, undefined, { signal }).catch(() => {});
        }
      }
    }
    await session.close();
  }

  const ended = keepWorking();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** One connection, for listening and for the batches: it hears of wakes between them. */
async function openSession(databaseUrl: string, stopping: AbortSignal) {
  const over = new AbortController();
  // Every request of a batch listens.
  setMaxListeners(0, over.signal);
  const bell = doorbell();
  let restart = false;
  const end = () => {
    over.abort(new Error("the connection to the database is closed"));
    bell.ring();
  };
  const options = {
    max: 1,
    max_lifetime: null,
    fetch_types: false,
    onnotice() {},
    onnotify(_channel: string, message: string) {
      restart ||= message === "restart";
      bell.ring();
    },
    onclose: end,
    // Hosted, the worker runs as postgres since July 2026.
    connection: { application_name: `pg_net ${VERSION}`, role: "postgres" },
  };
  const sql = postgres(databaseUrl, options);
  stopping.addEventListener("abort", end);

  async function close(): Promise<void> {
    stopping.removeEventListener("abort", end);
    await sql.end({ timeout: 0 });
  }

  async function work(): Promise<void> {
    // The first look needs no wake: there may be requests from before.
    while (!over.signal.aborted && !restart) {
      if (await sendBatch(sql, over.signal)) await pause(PAUSE_MS, undefined, { signal: over.signal }).catch(() => {});
      else await bell.wait();
    }
  }

  try {
    await sql`listen pg_net`;
  } catch (error) {
    await close();
    throw error;
  }
  return { work, close };
}

/** Remembers that it was rung until somebody waits for it. */
function doorbell() {
  let rung = false;
  let answer = () => {};
  return {
    ring() {
      rung = true;
      answer();
    },
    async wait(): Promise<void> {
      if (!rung) await new Promise<void>((resolve) => (answer = resolve));
      rung = false;
    },
  };
}

/**
 * Sends one batch in one transaction, which lasts as long as its slowest request. False when there was nothing to do.
 */
async function sendBatch(sql: postgres.Sql, signal: AbortSignal): Promise<boolean> {
  // Not sql.begin(): that writes its rollback to a socket which is gone when the database was killed meanwhile.
  await sql`begin`;
  const expired = await sql`
    with old as (
      select ctid from net._http_response where created < now() - ${TTL}::interval order by created limit ${BATCH_SIZE}
    )
    delete from net._http_response response using old where response.ctid = old.ctid`;
  const requests = await sql<QueuedRequest[]>`
    with batch as (select id from net.http_request_queue order by id limit ${BATCH_SIZE})
    delete from net.http_request_queue request using batch where request.id = batch.id
    returning request.id, request.method, request.url, request.body, request.timeout_milliseconds,
      (select jsonb_object_agg(key, value) from jsonb_each_text(request.headers)) as headers`;
  const responses = await Promise.all(requests.map((request) => send(request, signal)));
  // After a lost connection the next query would go to a new one, outside of the transaction.
  signal.throwIfAborted();
  if (responses.length > 0) await sql`insert into net._http_response ${sql(responses as never[])}`;
  await sql`commit`;
  return requests.length > 0 || expired.count > 0;
}

/** Sends one request. Only the end of the session makes it throw. */
async function send(request: QueuedRequest, signal: AbortSignal): Promise<ResponseRow> {
  const row: ResponseRow = {
    id: request.id,
    status_code: null,
    content_type: null,
    headers: null,
    content: null,
    timed_out: false,
    error_msg: null,
  };
  const stopwatch: Stopwatch = { started: performance.now() };
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  signal.addEventListener("abort", abort);
  const timeout = request.timeout_milliseconds;
  // As for curl, 0 is no limit.
  const timer = timeout > 0 ? setTimeout(() => attempt.abort(), timeout) : undefined;
  try {
    const { response, body } = await follow(request, attempt.signal, stopwatch);
    row.status_code = response.statusCode!;
    row.content_type = response.headers["content-type"] ?? null;
    row.headers = headersOf(response);
    row.content = textOf(body);
  } catch (error) {
    signal.throwIfAborted();
    row.timed_out = attempt.signal.aborted;
    row.error_msg = row.timed_out ? timeoutText(timeout, stopwatch) : curlText(error as NodeJS.ErrnoException);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
  return row;
}

/** Follows redirects as curl does. */
async function follow(request: QueuedRequest, signal: AbortSignal, stopwatch: Stopwatch): Promise<Answer> {
  let method = request.method.toUpperCase();
  let url = new URL(request.url);
  let headers = request.headers ?? {};
  let body = request.body;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error("Unsupported protocol");
    const answer = await exchange(method, url, headersFor(headers, body), body, signal, stopwatch);
    const { statusCode, headers: answered } = answer.response;
    if (statusCode! < 300 || statusCode! > 399 || answered.location === undefined) return answer;
    const next = new URL(answered.location, url);
    if ([301, 302, 303].includes(statusCode!)) {
      if (method === "POST") method = "GET";
      body = null;
    }
    if (next.origin !== url.origin) {
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
    }
    url = next;
  }
  throw new Error("Number of redirects hit maximum amount");
}

/** Names go out as given, after what curl adds by itself; a header without a value does not go out. */
function headersFor(given: Record<string, string | null>, body: Buffer | null): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { Accept: "*/*" };
  if (body) headers["Content-Type"] = "application/x-www-form-urlencoded";
  let userAgent = "User-Agent";
  for (const [name, value] of Object.entries(given)) {
    if (!value?.trim()) continue;
    headers[name] = value;
    if (name.toLowerCase() === "user-agent") userAgent = name;
  }
  const own = headers[userAgent];
  headers[userAgent] = own === undefined ? `pg_net/${VERSION}` : [String(own), `pg_net/${VERSION}`];
  if (body) headers["Content-Length"] = body.length;
  return headers;
}

/** One request and its whole answer. */
function exchange(
  method: string,
  url: URL,
  headers: http.OutgoingHttpHeaders,
  body: Buffer | null,
  signal: AbortSignal,
  stopwatch: Stopwatch,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === "https:" ? https : http;
    const request = open(url, { method, headers, signal, agent: false });
    request.on("socket", (socket) => {
      if (isIP(url.hostname.replace(/[[\]]/g, ""))) stopwatch.resolved ??= performance.now();
      socket.on("lookup", () => (stopwatch.resolved ??= performance.now()));
      socket.on(
        url.protocol === "https:" ? "secureConnect" : "connect",
        () => (stopwatch.connected ??= performance.now()),
      );
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ response, body: Buffer.concat(chunks) }));
    });
    request.end(body ?? undefined);
  });
}

/** One object, names as they came; of a repeated name the last value. */
function headersOf({ rawHeaders }: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]!] = rawHeaders[i + 1]!;
  return headers;
}

/** Up to the first NUL byte, as a C string ends there; null when that is nothing. */
function textOf(body: Buffer): string | null {
  const nul = body.indexOf(0);
  return body.toString("utf8", 0, nul < 0 ? body.length : nul) || null;
}

function timeoutText(limit: number, { started, resolved, connected }: Stopwatch): string {
  const total = performance.now() - started;
  const dns = resolved === undefined ? total : resolved - started;
  const handshake = connected === undefined ? total - dns : connected - started - dns;
  const exchanged = total - dns - handshake;
  const ms = (time: number) => `${time.toFixed(6)} ms`;
  return `Timeout of ${limit} ms reached. Total time: ${ms(total)} (DNS time: ${ms(dns)}, TCP/SSL handshake time: ${ms(handshake)}, HTTP Request/Response time: ${ms(exchanged)})`;
}

const CURL_TEXTS: [RegExp, string][] = [
  [/^(ENOTFOUND|EAI_)/, "Couldn't resolve host name"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT)/, "Couldn't connect to server"],
  [/^ECONNRESET socket hang up/, "Server returned nothing (no headers, no data)"],
  [/^ECONNRESET aborted/, "Transferred a partial file"],
  [/^ECONNRESET/, "Failure when receiving data from the peer"],
  [/^EPIPE/, "Failed sending data to the peer"],
  [/^HPE_/, "Weird server reply"],
  [/^ERR_INVALID_URL/, "URL using bad/illegal format or missing URL"],
  [/^(\w*_CERT\w*|CERT_\w+|ERR_TLS_CERT\w*|UNABLE_TO_\w+) /, "SSL peer certificate or SSH remote key was not OK"],
  [/^(EPROTO|ERR_SSL|ERR_TLS)/, "SSL connect error"],
];

/** What curl calls a failure that Node calls something else. */
function curlText(error: NodeJS.ErrnoException): string {
  return CURL_TEXTS.find(([pattern]) => pattern.test(`${error.code} ${error.message}`))?.[1] ?? error.message;
}
