/**
 * Sending over HTTP: POST /realtime/v1/api/broadcast, and /realtime/v1/api/broadcast/<topic>/events/<event>.
 * Held by tests/local/realtime_broadcast.test.ts.
 */
import { mayWrite } from "./access.ts";
import type { Database } from "./database.ts";
import { type Broadcast, wholePayload } from "./frames.ts";
import { type Hub, tooLarge } from "./hub.ts";
import { type Claims, type Keys, Refusal, readToken } from "./token.ts";

export interface RestServices {
  keys: Keys;
  database: Database;
  hub: Hub;
  log(line: string): void;
}

interface Message {
  topic: string;
  private: boolean;
  broadcast: Broadcast;
}

/** Browsers send from other origins. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, apikey, content-type, x-client-info",
  "access-control-allow-methods": "POST, OPTIONS",
};

const answer = (status: number, body?: object) =>
  new Response(body ? JSON.stringify(body) : null, {
    status,
    headers: { ...CORS, ...(body && { "content-type": "application/json" }) },
  });

/** An answer that ends the handling of a request. */
class Answer extends Error {
  constructor(readonly response: Response) {
    super(`answered ${response.status}`);
  }
}

const unprocessable = (errors: object) => new Answer(answer(422, { errors }));

function authenticate(request: Request, keys: Keys): Claims {
  const bearer = request.headers.get("authorization")?.match(/^bearer (.+)$/i)?.[1];
  const token = bearer ?? request.headers.get("apikey");
  try {
    return readToken(token ?? "", keys);
  } catch {
    throw new Answer(answer(401, { message: "Unauthorized" }));
  }
}

/** What is wrong with a message, by field, as hosted words it. */
function faults(message: Record<string, unknown>): Record<string, string[]> {
  const wrong: Record<string, string[]> = {};
  for (const field of ["topic", "event"]) {
    if (message[field] === undefined || message[field] === null || message[field] === "")
      wrong[field] = ["can't be blank"];
    else if (typeof message[field] !== "string") wrong[field] = ["is invalid"];
  }
  const { payload } = message;
  if (payload === undefined || payload === null) wrong.payload = ["can't be blank"];
  else if (typeof payload !== "object" || Array.isArray(payload)) wrong.payload = ["is invalid"];
  return wrong;
}

async function readBatch(request: Request): Promise<Message[]> {
  const body = await request.json().catch(() => undefined);
  const entries: unknown = body?.messages;
  if (!Array.isArray(entries) || entries.length === 0) throw unprocessable({ messages: ["can't be blank"] });
  const given = entries.map((entry) => (entry && typeof entry === "object" ? (entry as Record<string, unknown>) : {}));
  const errors = given.map(faults);
  const messages = given.map((message): Message => {
    const meta = typeof message.id === "string" ? { meta: { id: message.id } } : {};
    const body = Buffer.from(JSON.stringify(message.payload) ?? "");
    const payload = wholePayload({ event: String(message.event), body, ...meta });
    return { topic: String(message.topic), private: message.private === true, broadcast: { form: "whole", payload } };
  });
  messages.forEach(({ broadcast }, i) => {
    if (tooLarge(broadcast)) errors[i]!.payload = ["Payload size exceeds tenant limit"];
  });
  if (errors.some((error) => Object.keys(error).length > 0)) throw unprocessable({ messages: errors });
  return messages;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Answer(answer(400, { message: "Bad Request" }));
  }
}

async function readSingle(request: Request, url: URL, topic: string, event: string): Promise<Message> {
  const type = request.headers.get("content-type")?.split(";")[0] ?? "application/json";
  if (type !== "application/json" && type !== "application/octet-stream") {
    throw new Answer(
      answer(415, { error: "Unsupported Media Type. Use application/json or application/octet-stream" }),
    );
  }
  const encoding = type === "application/json" ? "json" : "binary";
  const body = Buffer.from(await request.arrayBuffer());
  if (encoding === "json") {
    try {
      JSON.parse(body.toString());
    } catch {
      throw unprocessable({ payload: ["is invalid"] });
    }
  }
  const broadcast: Broadcast = { form: "parts", event, encoding, body };
  if (tooLarge(broadcast)) throw unprocessable({ payload: ["Payload size exceeds tenant limit"] });
  return { topic, private: url.searchParams.get("private") === "true", broadcast };
}

export async function handleRest(request: Request, services: RestServices): Promise<Response> {
  const { keys, database, hub, log } = services;

  /** Sends those the caller may send; says whether that was all of them. */
  async function send(messages: Message[], claims: Claims): Promise<boolean> {
    const headers = Object.fromEntries(request.headers);
    const topics = new Set(messages.filter((message) => message.private).map(({ topic }) => topic));
    const writable = new Set<string>();
    for (const topic of topics) if (await mayWrite(database, topic, { claims, headers })) writable.add(topic);
    const allowed = messages.filter((message) => !message.private || writable.has(message.topic));
    for (const message of allowed) hub.send(message.topic, message.private, message.broadcast);
    return allowed.length === messages.length;
  }

  if (request.method === "OPTIONS") return answer(204);
  const url = new URL(request.url);
  const path = url.pathname.match(/^\/realtime\/v1\/api\/broadcast(?:\/([^/]+)\/events\/([^/]+))?\/?$/);
  if (!path || request.method !== "POST") return answer(404, { message: "not found" });
  try {
    const claims = authenticate(request, keys);
    const [, topic, event] = path;
    if (!topic || !event) {
      // A batch is taken even when nothing of it may be sent: that is how hosted answers.
      await send(await readBatch(request), claims);
      return answer(202);
    }
    const message = await readSingle(request, url, decoded(topic), decoded(event));
    return (await send([message], claims)) ? answer(202) : answer(403, { message: "Unauthorized" });
  } catch (error) {
    if (error instanceof Answer) return error.response;
    if (!(error instanceof Refusal)) throw error;
    log(`${request.method} ${url.pathname}: ${error.reason}`);
    return answer(422, { message: error.message });
  }
}
