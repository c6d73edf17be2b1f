/**
 * The one HTTP server of the embedded Supabase: tells by the path who answers.
 * It listens before the parts are there, so that its address is known to them and a taken port shows at once.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface Routes {
  /** `/functions/v1` + target. */
  functions(request: IncomingMessage, response: ServerResponse, target: string): Promise<void>;
  /** `/realtime/v1/…` that is no socket. */
  realtime?(request: Request): Promise<Response>;
  /** The socket of `/realtime/v1/websocket`. */
  realtimeSocket?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** `/rest/v1` and `/auth/v1`. */
  dataApi(request: Request, peer: string | null): Promise<Response>;
  /** `/providers/…`: the stand-ins for the providers' APIs. */
  providers?(request: Request): Promise<Response>;
  /** `/console/…`: the admins' page. */
  console?(request: Request): Promise<Response>;
  /** `/receivers/…`: the stand-ins for make.com and Railway. */
  receivers?(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** `/local/break`: breaks things on purpose. */
  breaking?(request: Request, peer: string | null): Promise<Response>;
  /** `/shop/…`: the buyers' pages. */
  storefront?(request: Request): Promise<Response>;
}

export interface Gateway {
  port: number;
  url: string;
  /** From now on requests reach the parts; before, they are answered 503. */
  open(routes: Routes): void;
  /** Takes no more requests, lets those under way finish for a moment, then closes every connection. */
  stop(): Promise<void>;
}

const GRACE_MS = 3_000;

function answer(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*", ...headers });
  response.end(JSON.stringify({ code, message }));
}

/** Lets a fetch-style handler answer a request of Node's; a caller who hangs up aborts it. */
async function throughFetch(
  handler: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const hungUp = new AbortController();
  response.once("close", () => response.writableFinished || hungUp.abort());
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    headers.append(request.rawHeaders[i]!, request.rawHeaders[i + 1]!);
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const given = new Request(`http://${request.headers.host ?? "127.0.0.1"}${request.url}`, {
    method: request.method,
    headers,
    signal: hungUp.signal,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: "half" }),
  } as RequestInit);
  const { status, headers: answered, body } = await handler(given);
  response.statusCode = status;
  for (const [name, value] of answered) response.appendHeader(name, value);
  if (body === null) return void response.end();
  await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), response);
}

async function route(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url!;
  const service = /^\/(functions|realtime|rest|auth)\/v1(?=[/?]|$)/.exec(path)?.[1];
  if (service === "functions") return routes.functions(request, response, path.slice("/functions/v1".length));
  if (service === "realtime" && routes.realtime) return throughFetch(routes.realtime, request, response);
  const peer = request.socket.remoteAddress ?? null;
  if (service === "rest" || service === "auth")
    return throughFetch((given) => routes.dataApi(given, peer), request, response);
  const { breaking } = routes;
  if (path === "/local/break" && breaking) return throughFetch((given) => breaking(given, peer), request, response);
  if (path.startsWith("/receivers/") && routes.receivers) return routes.receivers(request, response);
  if (path.startsWith("/providers/") && routes.providers) return throughFetch(routes.providers, request, response);
  if (/^\/console(?=[/?]|$)/.test(path) && routes.console) return throughFetch(routes.console, request, response);
  if (/^\/shop(?=[/?]|$)/.test(path) && routes.storefront) return throughFetch(routes.storefront, request, response);
  // lite would answer 200 with a page, and a webhook sent to a mistyped address would be lost without a sign.
  answer(response, 404, "NOT_FOUND", "requested path is invalid");
}

/**
 * Listens on 127.0.0.1.
 * @throws Error with one clear line when the port is taken.
 */
export async function startGateway(options: { port: number; log: (line: string) => void }): Promise<Gateway> {
  let routes: Routes | undefined;
  const underWay = new Set<ServerResponse>();
  const sockets = new Set<Duplex>();
  // A connection that idles is the client's to close: one closed by us just as it is used again is a failed request.
  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
    if (!routes) return answer(response, 503, "STARTING", "The embedded Supabase is starting", { "retry-after": "1" });
    route(routes, request, response).catch((error) => {
      if (response.destroyed || request.destroyed) return;
      options.log(`[gateway] ${request.method} ${request.url}: ${error.stack ?? error}`);
      answer(response, 500, "GATEWAY_ERROR", "The request could not be handled (please check logs)");
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (request.url!.startsWith("/realtime/v1/websocket") && routes?.realtimeSocket)
      routes.realtimeSocket(request, socket, head);
    else socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });

  server.listen(options.port, "127.0.0.1");
  await once(server, "listening").catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Error(
      `Port ${options.port} is in use. Stop what uses it, or choose another: --port N (0 = any free one).`,
    );
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    open(parts) {
      routes = parts;
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      const finished = Promise.all([...underWay].map((response) => once(response, "close")));
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await finished;
      clearTimeout(timer);
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
